/** Compares pixels; the test runner's own deep equality takes seconds for a whole picture. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
