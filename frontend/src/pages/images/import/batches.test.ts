import { expect, it } from "vitest";
import { batches } from "./batches";

const MIB = 1024 * 1024;
const sizes = (files: { size: number }[][]) => files.map((batch) => batch.map((file) => file.size / MIB));

it("sends a few small files in one request", () => {
  expect(sizes(batches([{ size: MIB }, { size: 2 * MIB }]))).toEqual([[1, 2]]);
});

it("sends a file that is bigger than a request alone, and keeps the order", () => {
  expect(sizes(batches([{ size: MIB }, { size: 300 * MIB }, { size: MIB }]))).toEqual([[1], [300], [1]]);
});

it("puts at most twenty files into a request", () => {
  const files = Array.from({ length: 45 }, () => ({ size: 1 }));
  expect(batches(files).map((batch) => batch.length)).toEqual([20, 20, 5]);
});

it("sends nothing for nothing", () => {
  expect(batches([])).toEqual([]);
});
