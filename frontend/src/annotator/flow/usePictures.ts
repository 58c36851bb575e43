import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { imageQuery, masksQuery, queueQuery } from "../../api/queries";
import type { ImageDetail } from "../../api/types";
import type { Annotator } from "../Annotator";
import { Pictures } from "../canvas/Pictures";
import { useAnnotatorState } from "../useAnnotatorState";
import { nextImages } from "./nextImages";

/** The decoded pictures of this image and of the two that will probably be next, which come while it is worked on. */
export function usePictures(annotator: Annotator, image: ImageDetail | undefined): Pictures {
  const [pictures] = useState(() => new Pictures());
  useEffect(() => () => pictures.clear(), [pictures]);
  usePrefetch(annotator, pictures, image);
  return pictures;
}

function usePrefetch(annotator: Annotator, pictures: Pictures, image: ImageDetail | undefined): void {
  const cache = useQueryClient();
  const isIdle = useAnnotatorState(annotator, ({ decoder }) => decoder.phase === "ready");
  const { data: queue } = useQuery({ ...queueQuery(image?.id ?? ""), enabled: image !== undefined });
  const ahead = image && queue ? nextImages(image, queue) : [];
  const aheadKey = ahead.join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: events renew the same image's object and the same list.
  useEffect(() => {
    if (!isIdle || !image || ahead.length === 0) return;
    let isCurrent = true;

    async function prefetch(current: ImageDetail) {
      const next = await Promise.all(ahead.map((imageId) => cache.ensureQueryData(imageQuery(imageId))));
      for (const { id } of next) void cache.prefetchQuery(masksQuery(id));
      if (!isCurrent) return;
      await Promise.all([pictures.getAhead(current, next), prefetchEmbeddings(next)]);
    }

    async function prefetchEmbeddings(images: ImageDetail[]) {
      for (const { id, embedding, model } of images) {
        if (isCurrent && model && embedding.state === "ready")
          await annotator.preparation.prefetch(id, model);
      }
    }

    prefetch(image).catch((error: unknown) => {
      // Only a head start: opening the image asks again and shows what is wrong then.
      if (isCurrent) console.warn("The next images could not be fetched ahead.", error);
    });
    return () => {
      isCurrent = false;
    };
  }, [annotator, cache, pictures, isIdle, image?.id, aheadKey]);
}
