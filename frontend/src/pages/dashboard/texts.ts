import { secondsText } from "../../ui/amounts";

/** What a curve says to those who do not see it: `12.0 s on 5 Mar, 8.1 s on 4 Apr`. */
export function wayText(
  points: readonly { at: string; value: number | null }[],
  atText: (at: string) => string,
): string {
  const known = points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return "nothing yet";
  const told = ({ at, value }: { at: string; value: number }) => `${secondsText(value)} on ${atText(at)}`;
  return first === last ? told(first) : `${told(first)}, ${told(last)}`;
}
