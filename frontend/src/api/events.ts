import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { access } from "./access";
import { useConnection } from "./connection";
import { noteGone } from "./gone";
import {
  type ImagePages,
  type Pages,
  withImages,
  withNewest,
  withoutImage,
  withRun,
  withSummary,
} from "./live";
import { withProject } from "./project";
import { keys } from "./queries";
import { checkSession } from "./session";
import type {
  AnnotationImportOut,
  AnnotationImportPage,
  ExportOut,
  ExportPage,
  ImageDetail,
  ImageOut,
  ProjectOut,
  Summary,
  TrainingRunOut,
} from "./types";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;
// A big import sends hundreds of events at once: they are put into the cache together.
const GATHER_MS = 60;

/** Keeps the query cache up to date from the server's event stream while the page is open. */
export function useLiveEvents(): void {
  const cache = useQueryClient();
  useEffect(() => followEvents(cache), [cache]);
}

function followEvents(cache: QueryClient): () => void {
  let source: EventSource | null = null;
  let retryTimer: number | undefined;
  let retryMs = FIRST_RETRY_MS;
  const images = imageFeed(cache);

  function connect() {
    window.clearTimeout(retryTimer);
    source?.close();
    source = new EventSource(withProject("/api/events"));
    source.addEventListener("hello", () => {
      retryMs = FIRST_RETRY_MS;
      useConnection.setState({ state: "live" });
      // What changed while nobody listened is not sent again.
      void cache.invalidateQueries();
    });
    on<ImageOut>(source, "image", images.add);
    on<{ id: string }>(source, "image_gone", ({ id }) => images.remove(id));
    on<Summary>(source, "summary", (summary) => {
      cache.setQueryData<ImagePages>(keys.images, (data) => data && withSummary(data, summary));
    });
    on<ProjectOut>(source, "project", (project) => cache.setQueryData(keys.project, project));
    on<ExportOut>(source, "export", (out) => {
      cache.setQueryData(keys.export(out.id), out);
      cache.setQueryData<Pages<ExportPage>>(keys.exports, (data) => data && withNewest(data, out));
    });
    on<AnnotationImportOut>(source, "annotation_import", (out) => {
      cache.setQueryData<Pages<AnnotationImportPage>>(
        keys.annotationImports,
        (data) => data && withNewest(data, out),
      );
    });
    on<TrainingRunOut>(source, "training_run", (run) => putRun(cache, run));
    // Images tell which model they work with; what is open keeps it (annotator/flow/modelAtHand.ts).
    on(source, "model", () => {
      void cache.invalidateQueries({ queryKey: keys.models });
      void cache.invalidateQueries({ queryKey: keys.eachImage });
    });
    source.onerror = reconnectLater;
  }

  // EventSource gives up for good on an HTTP error, so the page does the reconnecting itself. It does not tell the
  // error either: that the session has ended must be asked for.
  function reconnectLater() {
    source?.close();
    void checkSession();
    useConnection.setState({ state: "reconnecting" });
    window.clearTimeout(retryTimer);
    retryTimer = window.setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }

  function stop() {
    window.clearTimeout(retryTimer);
    source?.close();
    useConnection.setState({ state: "signed_out" });
  }

  const unfollow = access.subscribe(({ state }, before) => {
    if (state === "out" && before.state !== "out") stop();
    if (state === "in" && before.state !== "in") connect();
  });
  connect();
  window.addEventListener("online", connect);
  return () => {
    unfollow();
    window.removeEventListener("online", connect);
    window.clearTimeout(retryTimer);
    source?.close();
    images.stop();
    useConnection.setState({ state: "connecting" });
  };
}

/** What else a run changes when it enters a phase: a resumed one tells its steps anew, an ended one leaves a model. */
export function putRun(cache: QueryClient, run: TrainingRunOut): void {
  const before = cache.getQueryData<TrainingRunOut[]>(keys.trainingRuns)?.find(({ id }) => id === run.id);
  cache.setQueryData<TrainingRunOut[]>(keys.trainingRuns, (runs) => runs && withRun(runs, run));
  if (before?.state === run.state) return;
  void cache.resetQueries({ queryKey: keys.trainingPoints(run.id) });
  void cache.invalidateQueries({ queryKey: keys.outlook });
  if (run.finished_at !== null) void cache.invalidateQueries({ queryKey: keys.models });
}

function on<T>(source: EventSource, name: string, handle: (data: T) => void): void {
  source.addEventListener(name, (event: MessageEvent<string>) => handle(JSON.parse(event.data) as T));
}

/**
 * Puts image events into the list and the single images. An answer that was on its way when an event came is
 * older than the event, so the events that came meanwhile are put on top of it.
 */
function imageFeed(cache: QueryClient): {
  add: (image: ImageOut) => void;
  remove: (imageId: string) => void;
  stop: () => void;
} {
  const latest = new Map<string, { image: ImageOut; at: number }>();
  const fetchStarts = new Map<string, number>();
  let flushed = 0;
  let timer: number | undefined;

  function putSince(start: number) {
    const images = [...latest.values()].filter((event) => event.at >= start).map((event) => event.image);
    if (images.length === 0) return;
    cache.setQueryData<ImagePages>(keys.images, (data) => data && withImages(data, images));
    for (const image of images) {
      cache.setQueryData<ImageDetail>(keys.image(image.id), (old) => old && { ...old, ...image });
    }
  }

  function flush() {
    timer = undefined;
    putSince(flushed);
    flushed = performance.now();
  }

  const unsubscribe = cache.getQueryCache().subscribe((event) => {
    if (event.type !== "updated") return;
    const { queryHash } = event.query;
    if (event.action.type === "fetch") fetchStarts.set(queryHash, performance.now());
    const start = fetchStarts.get(queryHash);
    if (event.action.type === "success" && !event.action.manual && start !== undefined) {
      fetchStarts.delete(queryHash);
      putSince(start);
    }
  });

  return {
    add(image) {
      noteGone(image.id, false);
      latest.set(image.id, { image, at: performance.now() });
      timer ??= window.setTimeout(flush, GATHER_MS);
    },
    remove(imageId) {
      latest.delete(imageId);
      noteGone(imageId, true);
      cache.setQueryData<ImagePages>(keys.images, (data) => data && withoutImage(data, imageId));
    },
    stop() {
      window.clearTimeout(timer);
      unsubscribe();
    },
  };
}
