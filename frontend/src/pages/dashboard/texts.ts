import { secondsText } from "../overview/figures";

/** `37 %`, with a dash while nothing is known. */
export function percentText(share: number | null): string {
  if (share === null) return "–";
  // What is not quite all must not look like all.
  const percent = 100 * share;
  const shown = percent > 99 && percent < 100 ? 99 : percent > 0 && percent < 1 ? 1 : Math.round(percent);
  return `${shown} %`;
}

/** `2.4`, with a dash while nothing is known. */
export function decimalText(value: number | null): string {
  return value === null
    ? "–"
    : value.toLocaleString("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
}

export function countOf(value: number): string {
  return value.toLocaleString("en");
}

/** `512 B`, `1.5 MB`, `128 GB`: by thousands, as disks are sold. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })} ${units[power]}`;
}

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
