import type { ExportFormat, ExportSplit, Split, SplitGroup } from "../../api/types";
import { countText } from "../../ui/amounts";

/** What the form has about a split; the shares are kept while it is off. */
export interface SplitChoice extends Required<ExportSplit> {
  isOn: boolean;
}

export const SPLITS: readonly Split[] = ["train", "val", "test"];

export const GROUPS: readonly { value: SplitGroup; label: string }[] = [
  { value: "image", label: "Each image" },
  { value: "batch", label: "Each batch" },
  { value: "prefix", label: "Each name prefix" },
];

export const NO_SPLIT: SplitChoice = {
  isOn: false,
  train: 80,
  val: 10,
  test: 10,
  group_by: "image",
  separator: "_",
};

const LONGEST_SEPARATOR = 20;

/** What makes the shares no split, or null. */
export function splitProblem(choice: SplitChoice, format: ExportFormat): string | null {
  const total = choice.train + choice.val + choice.test;
  if (total !== 100) return `The shares add up to ${total} %. Make it 100 %.`;
  if (choice.train === 0 || choice.train === 100) return "Give train a share from 1 to 99 %.";
  if (format === "yolo" && choice.val === 0) return "YOLO reads a val set. Give val 1 % or more.";
  if (choice.group_by === "prefix" && choice.separator === "") return "Say what ends a prefix.";
  return null;
}

/** As the API takes it. */
export function splitOf({ isOn, ...split }: SplitChoice): ExportSplit | null {
  return isOn ? split : null;
}

/** `split 80/10/10 by batch` */
export function splitText(split: ExportSplit): string {
  const shares = `split ${SPLITS.map((name) => split[name] ?? 0).join("/")}`;
  if (split.group_by === "batch") return `${shares} by batch`;
  return split.group_by === "prefix" ? `${shares} by name up to ${split.separator}` : shares;
}

/** `8 images in train, 2 in val` */
export function splitImagesText(images: Record<string, number>): string {
  const [first, ...others] = SPLITS.filter((name) => name in images);
  if (!first) return "";
  const counted = others.map((name) => `${images[name]?.toLocaleString()} in ${name}`);
  return [`${countText(images[first] ?? 0, "image")} in ${first}`, ...counted].join(", ");
}

/** Reads what was kept earlier; NO_SPLIT for anything else. */
export function parseSplit(text: string | null): SplitChoice {
  try {
    const kept: unknown = JSON.parse(text ?? "null");
    return isChoice(kept) ? kept : NO_SPLIT;
  } catch {
    return NO_SPLIT; // Changed by hand: a lost choice is all there is to lose.
  }
}

function isChoice(kept: unknown): kept is SplitChoice {
  if (typeof kept !== "object" || kept === null) return false;
  const { isOn, group_by, separator, ...shares } = kept as Record<string, unknown>;
  return (
    typeof isOn === "boolean" &&
    GROUPS.some(({ value }) => value === group_by) &&
    typeof separator === "string" &&
    separator.length <= LONGEST_SEPARATOR &&
    Object.keys(shares).length === SPLITS.length &&
    SPLITS.every((name) => isPercent(shares[name]))
  );
}

function isPercent(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100;
}
