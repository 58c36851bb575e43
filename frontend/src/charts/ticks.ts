const STEPS = [1, 2, 2.5, 5, 10];

/** Round values from 0 on to just above `most`, about `count` of them: 0, 5, 10, 15. Whole ones where halves mean nothing. */
export function ticks(most: number, count = 3, areWhole = false): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const fits = (step: number) => step >= rough && (!areWhole || Number.isInteger(step));
  const step = STEPS.map((times) => times * power).find(fits) ?? 10 * power;
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Of the axis for some values: what is counted is not halved. */
export function ticksOf(values: readonly number[]): number[] {
  return ticks(Math.max(0, ...values), 3, values.every(Number.isInteger));
}
