import type { Neighbours, QueueOut } from "../../api/types";

const AHEAD = 2;

/** What will probably be opened next: the queue's next, then the neighbour, then the queue's second. */
export function nextImages({ neighbours }: { neighbours: Neighbours }, { ahead }: QueueOut): string[] {
  const [first, ...rest] = ahead;
  const likely = [first, neighbours.next_id, ...rest].filter((id) => id !== null && id !== undefined);
  return [...new Set(likely)].slice(0, AHEAD);
}
