import { describe, expect, it } from "vitest";
import { tokens } from "./theme";

type Rgb = [number, number, number];

// WCAG 2.2: 1.4.3 for text, 1.4.11 for what controls and focus rings are made of.
const TEXT = 4.5;
const PART = 3;

function rgb(colour: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb;
}

/** Of light, from 0 to 1. */
function linear(colour: Rgb): Rgb {
  return colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

type Matrix = [Rgb, Rgb, Rgb];

// What is seen of linear RGB: Viénot, Brettel and Mollon 1999, "Digital video colourmaps for checking the legibility of
// displays by dichromats", equations for protanopia and deuteranopia.
const EYES: Record<string, Matrix> = {
  "all eyes": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "eyes without red": [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  "eyes without green": [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};
/** In CIE Lab, of which 2.3 is just noticeable side by side. */
const APART = 18;
const TO_XYZ: Matrix = [
  [0.4124, 0.3576, 0.1805],
  [0.2126, 0.7152, 0.0722],
  [0.0193, 0.1192, 0.9505],
];

function times(matrix: Matrix, [a, b, c]: Rgb): Rgb {
  return matrix.map(([x, y, z]) => x * a + y * b + z * c) as Rgb;
}

function lab(light: Rgb): Rgb {
  const white = times(TO_XYZ, [1, 1, 1]);
  const [x, y, z] = times(TO_XYZ, light).map((value, axis) => {
    const share = Math.max(0, value) / (white[axis] as number);
    return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116;
  }) as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(one: Rgb, other: Rgb): number {
  return Math.hypot(...one.map((value, axis) => value - (other[axis] as number)));
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
    const names = (Object.keys(scheme) as (keyof typeof scheme)[]).filter((name) =>
      /^(state|source)-/.test(name),
    );
    for (const name of names)
      expect(contrast(rgb(scheme[name]), rgb(scheme.surface)), name).toBeGreaterThanOrEqual(PART);
  });

  it.each(Object.entries(EYES))("sources can be told apart by %s", (_, eyes) => {
    const sources = Object.entries(scheme).filter(([name]) => name.startsWith("source-"));
    const seen = sources.map(([name, colour]) => ({ name, lab: lab(times(eyes, linear(rgb(colour)))) }));
    for (const one of seen)
      for (const other of seen)
        if (one !== other)
          expect(distance(one.lab, other.lab), `${one.name}, ${other.name}`).toBeGreaterThan(APART);
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
