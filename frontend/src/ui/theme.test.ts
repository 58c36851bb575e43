import { describe, expect, it } from "vitest";
import { tokens } from "./theme";

type Rgb = [number, number, number];

// WCAG 2.2: 1.4.3 for text, 1.4.11 for what controls and focus rings are made of.
const TEXT = 4.5;
const PART = 3;

function rgb(colour: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb;
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ["light", tokens.light],
  ["dark", tokens.dark],
] as const)("%s colours", (_, scheme) => {
  const grounds = [scheme.surface, scheme["surface-sunken"]].map(rgb);

  it.each(["text", "text-quiet", "ok", "busy", "bad", "accent"] as const)("%s can be read", (name) => {
    for (const ground of grounds) expect(contrast(rgb(scheme[name]), ground)).toBeGreaterThanOrEqual(TEXT);
  });

  it("what is to be typed can be read, and text on filled buttons", () => {
    expect(contrast(rgb(scheme.placeholder), rgb(scheme.surface))).toBeGreaterThanOrEqual(TEXT);
    expect(contrast(rgb(scheme["on-accent"]), rgb(scheme.accent))).toBeGreaterThanOrEqual(TEXT);
  });

  it("the parts of bars can be seen", () => {
    const names = Object.keys(scheme).filter((name) => name.startsWith("state-")) as (keyof typeof scheme)[];
    for (const name of names)
      expect(contrast(rgb(scheme[name]), rgb(scheme.surface)), name).toBeGreaterThanOrEqual(PART);
  });

  it("the focus ring can be seen, around the picture as well", () => {
    for (const ground of [...grounds, rgb(tokens.picture.stage)])
      expect(contrast(rgb(scheme.accent), ground)).toBeGreaterThanOrEqual(PART);
  });
});

describe("over pictures", () => {
  it("text can be read even on a white one", () => {
    const opacity = Number(/(\d+)%/.exec(tokens.picture.veil)?.[1]) / 100;
    const veiled = Array(3).fill(255 * (1 - opacity)) as Rgb;
    for (const name of ["on-veil", "busy-on-veil"] as const)
      expect(contrast(rgb(tokens.picture[name]), veiled)).toBeGreaterThanOrEqual(TEXT);
  });
});
