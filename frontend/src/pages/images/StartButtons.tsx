import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconEyeCheck, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { takeNext, takeNextReview } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys, reviewQuery } from "../../api/queries";
import type { ImageDetail } from "../../api/types";

/** The way into a day's work: the next image to annotate, and the next one to review. */
export function StartButtons() {
  const { data: review } = useQuery(reviewQuery);
  const annotate = useStart(() => takeNext(), "Nothing is left in your queue.");
  const check = useStart(takeNextReview, "Nothing waits for your review.");
  return (
    <>
      {review !== undefined && review.for_me > 0 && (
        <Button
          variant="default"
          leftSection={<IconEyeCheck size={17} />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          Review {review.for_me}
        </Button>
      )}
      <Button
        variant="light"
        leftSection={<IconPlayerPlay size={17} />}
        loading={annotate.isPending}
        onClick={() => annotate.mutate()}
      >
        Annotate
      </Button>
    </>
  );
}

function useStart(take: () => Promise<ImageDetail | null>, none: string) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: take,
    onSuccess: (image) => {
      if (image === null) return void notifications.show({ message: none });
      cache.setQueryData(keys.image(image.id), image);
      void navigate({ to: "/images/$imageId", params: { imageId: image.id } });
    },
    onError: (error) => notifications.show({ message: errorText(error), color: "red" }),
  });
}
