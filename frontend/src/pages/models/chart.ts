export interface Point {
  x: number;
  y: number;
}

export type Scale = (value: number) => number;

/** Maps `from` to `to` evenly; everything to the middle where `from` is a single value. */
export function scale([low, high]: [number, number], [begin, end]: [number, number]): Scale {
  if (low === high) return () => (begin + end) / 2;
  return (value) => begin + ((value - low) / (high - low)) * (end - begin);
}

/** Round values from 0 on to just above `most`, about `count` of them: 0, 5, 10, 15. */
export function ticks(most: number, count = 3): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((times) => times * power >= rough) ?? 10);
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Of an SVG path through the points; "" without any. */
export function line(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
