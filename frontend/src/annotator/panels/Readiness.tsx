import { Button, Loader, Progress } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { retryEmbedding } from "../../api/calls";
import { errorText } from "../../api/errors";
import { imagesQuery, keys } from "../../api/queries";
import type { ImageDetail } from "../../api/types";
import { NO_WORKER, useNoWorker } from "../../api/workers";
import { durationText } from "../../ui/amounts";
import type { Annotator } from "../Annotator";
import { keyedText } from "../actions/keyedText";
import type { Keymap } from "../actions/keymap";
import type { DecoderState } from "../state/store";
import { useAnnotatorState } from "../useAnnotatorState";
import { Notice } from "./Notice";

/** What still stands between the person and the first click: the embedding, the decoder, or an error. */
export function Readiness({ image, annotator }: { image: ImageDetail; annotator: Annotator }) {
  const decoder = useAnnotatorState(annotator, (state) => state.decoder);
  const pictureFailed = useAnnotatorState(annotator, (state) => state.pictureFailed);
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  if (pictureFailed) return <Notice text={pictureFailed} isError />;
  if (image.embedding.state === "failed") return <EmbeddingFailed image={image} />;
  if (decoder.phase === "failed") {
    return (
      <Notice text={decoder.message ?? ""} isError>
        <Button size="compact-sm" onClick={() => void annotator.preparation.retry()}>
          Try again
        </Button>
      </Notice>
    );
  }
  if (image.embedding.state !== "ready") return <EmbeddingWaiting image={image} keymap={keymap} />;
  if (decoder.phase === "ready") return null;
  return <DecoderLoading decoder={decoder} />;
}

function EmbeddingWaiting({ image, keymap }: { image: ImageDetail; keymap: Keymap }) {
  const { data } = useInfiniteQuery(imagesQuery);
  const summary = data?.pages[0]?.summary;
  const secondsLeft = summary?.seconds_left ?? null;
  const hasNoWorker = useNoWorker(true);
  const isComputing = image.embedding.state === "computing";
  const text = isComputing ? "The model is looking at this image." : "This image waits for the model.";
  const left = secondsLeft === null ? "" : `, about ${durationText(secondsLeft)}`;
  const queue =
    summary && summary.queued + summary.computing > 1
      ? ` ${summary.queued + summary.computing} images to go${hasNoWorker ? `, and ${NO_WORKER}` : left}.`
      : hasNoWorker
        ? ` Just now ${NO_WORKER}.`
        : "";
  return (
    <Notice
      text={`${text}${queue} ${keyedText("You can paint with the brush ({tool-brush}) meanwhile.", keymap)}`}
    >
      <Loader size={16} />
    </Notice>
  );
}

function EmbeddingFailed({ image }: { image: ImageDetail }) {
  const cache = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryEmbedding(image.id),
    onSuccess: (changed) =>
      cache.setQueryData<ImageDetail>(keys.image(image.id), (old) => old && { ...old, ...changed }),
  });
  const reason = image.embedding.error ?? "no reason was given";
  const text = retry.error
    ? `Not tried again: ${errorText(retry.error)}`
    : `The model could not look at this image: ${reason}`;
  return (
    <Notice text={text} isError>
      <Button size="compact-sm" loading={retry.isPending} onClick={() => retry.mutate()}>
        Try again
      </Button>
    </Notice>
  );
}

function DecoderLoading({ decoder }: { decoder: DecoderState }) {
  if (decoder.phase !== "downloading") {
    return (
      <Notice text="Getting ready for your clicks.">
        <Loader size={16} />
      </Notice>
    );
  }
  const percent = Math.round(100 * decoder.progress);
  return (
    <Notice text={`Loading the decoder, ${percent} %`}>
      <Progress value={percent} w={120} size="sm" aria-label="Decoder loaded" />
    </Notice>
  );
}
