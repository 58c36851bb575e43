import type { ImageDetail, Neighbours, QueueOut } from "../../api/types";
import { isFree } from "./work";

const AHEAD = 2;

/** What will probably be opened next: the queue's next, then the neighbour, then the queue's second. */
export function nextImages({ neighbours }: { neighbours: Neighbours }, { ahead }: QueueOut): string[] {
  const [first, ...rest] = ahead;
  const likely = [first, neighbours.next_id, ...rest].filter((id) => id !== null && id !== undefined);
  return [...new Set(likely)].slice(0, AHEAD);
}

/**
 * Which image to go on with while the server does not answer: the first behind this one that was fetched already and,
 * as far as is known, is still to do and nobody else's. `fetched` gives an image that is here.
 */
export function nextFetched(
  imageId: string,
  queue: QueueOut | undefined,
  fetched: (imageId: string) => ImageDetail | undefined,
  me: string,
): string | undefined {
  const visited = new Set([imageId]);
  const candidates = [...(queue?.ahead ?? [])];
  for (let id = fetched(imageId)?.neighbours.next_id; id && !visited.has(id); ) {
    visited.add(id);
    candidates.push(id);
    id = fetched(id)?.neighbours.next_id ?? undefined;
  }
  return candidates.find((id) => {
    const image = id === imageId ? undefined : fetched(id);
    return image && isFree(image.work, me);
  });
}
