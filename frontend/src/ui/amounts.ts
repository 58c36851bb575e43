/** `1 image`, `12,000 images`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

export function countOf(value: number): string {
  return value.toLocaleString("en");
}

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

/** `512 B`, `1.5 MB`, `128 GB`: by thousands, as disks are sold. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })} ${units[power]}`;
}

/** `9.4 s`, with a dash while nothing is known. */
export function secondsText(seconds: number | null): string {
  return seconds === null ? "–" : `${seconds.toFixed(1)} s`;
}

/** A rough time: `under a minute`, `about 25 min`, `about 3.5 h`, `about 130 h`. */
export function aboutText(seconds: number): string {
  if (seconds < 60) return "under a minute";
  if (seconds < 3570) return `about ${Math.round(seconds / 60)} min`;
  const hours = seconds / 3600;
  return `about ${(hours < 10 ? Math.round(2 * hours) / 2 : Math.round(hours)).toLocaleString("en")} h`;
}

/** A duration the way people say it: `9 s`, `4 min`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
