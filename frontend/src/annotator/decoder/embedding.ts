import { readContainer } from "./container";

/** An image's embedding as the server sends it (docs/formats.md), in float32 as the decoder takes it. */
export interface Embedding {
  /** channels x grid x grid, C order. */
  data: Float32Array;
  channels: number;
  grid: number;
  /** Digest of the encoder that made it. */
  encoder: string;
}

interface Header {
  version: number;
  dtype: string;
  shape: [number, number, number];
  encoder: string;
}

const MAGIC = "MLEM";
const VERSION = 1;

/** Throws an Error that names what is wrong when the bytes are no embedding of a version known here. */
export function parseEmbedding(bytes: ArrayBuffer): Embedding {
  const container = readContainer(bytes, MAGIC);
  if (!container) throw new Error("What the server sent is not an embedding.");
  const header = container.header as Header;
  const [channels, rows, columns] = header.shape;
  if (header.version !== VERSION || rows !== columns || !["float16", "float32"].includes(header.dtype)) {
    throw new Error("The embedding has a format that this page does not know. Reload the page.");
  }
  const { start } = container;
  const count = channels * rows * columns;
  const bytesPerValue = header.dtype === "float16" ? 2 : 4;
  if (bytes.byteLength !== start + count * bytesPerValue) {
    throw new Error("The embedding arrived incomplete. Try again.");
  }
  const data =
    header.dtype === "float16"
      ? widen(new Uint16Array(bytes, start, count))
      : new Float32Array(bytes.slice(start));
  return { data, channels, grid: rows, encoder: header.encoder };
}

let halfToFloat: Float32Array | null = null;

/** float16 bits to float32, through a table of all 65,536 values: 2 ms for an embedding. */
function widen(halves: Uint16Array): Float32Array {
  halfToFloat ??= Float32Array.from({ length: 65_536 }, (_, bits) => floatOfHalf(bits));
  const table = halfToFloat;
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i] as number] as number;
  return floats;
}

function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
