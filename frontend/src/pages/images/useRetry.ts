import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { retryEmbedding } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type ImagePages, withImages } from "../../api/live";
import { keys } from "../../api/queries";

/** Asks for a failed embedding once more; the card follows by the event stream. */
export function useRetry(imageId: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => retryEmbedding(imageId),
    onSuccess: (image) =>
      cache.setQueryData<ImagePages>(keys.images, (data) => data && withImages(data, [image])),
    onError: (error) =>
      notifications.show({ color: "red", title: "Not tried again", message: errorText(error) }),
  });
}
