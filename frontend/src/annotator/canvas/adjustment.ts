export const CHANNELS = ["all", "red", "green", "blue"] as const;
export type Channel = (typeof CHANNELS)[number];

/** How the picture is shown to the eye; masks and the model see it as it is. */
export interface Adjustment {
  /** -100 to 100: half of the range from black to white at either end. */
  brightness: number;
  /** -100 to 100: a quarter of the contrast to four times as much. */
  contrast: number;
  /** Above 1 the dark parts become lighter, below 1 the light ones darker. */
  gamma: number;
  /** A single channel is shown as grey. */
  channel: Channel;
}

export const NEUTRAL: Adjustment = { brightness: 0, contrast: 0, gamma: 1, channel: "all" };

const VALUES = 256;
const MOST_CONTRAST = 4;

export function isNeutral({ brightness, contrast, gamma, channel }: Adjustment): boolean {
  return brightness === 0 && contrast === 0 && gamma === 1 && channel === "all";
}

/** What each of the 256 values becomes, 0 to 1. */
export function transferTable({ brightness, contrast, gamma }: Adjustment): number[] {
  const slope = MOST_CONTRAST ** (contrast / 100);
  return Array.from({ length: VALUES }, (_, value) => {
    const lifted = (value / (VALUES - 1)) ** (1 / gamma);
    return Math.min(1, Math.max(0, (lifted - 0.5) * slope + 0.5 + brightness / 200));
  });
}

/** The rows of SVG's colour matrix that show one channel as grey, or leave all as they are. */
export function channelMatrix(channel: Channel): string {
  const rows = ["red", "green", "blue"].map((output) => {
    const input = channel === "all" ? output : channel;
    return `${+(input === "red")} ${+(input === "green")} ${+(input === "blue")} 0 0`;
  });
  return `${rows.join(" ")} 0 0 0 1 0`;
}
