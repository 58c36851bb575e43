import { readContainer } from "./container";

/** An image's embedding as the server sends it (docs/formats.md), in float32 as the decoder takes it. */
export interface Embedding {
  /** channels x grid x grid, C order. */
  data: Float32Array;
  channels: number;
  grid: number;
  /** The part of the grid that the photo covers, from its top left; behind it is padding. */
  photo: { rows: number; columns: number };
  /** Digest of the encoder that made it. */
  encoder: string;
}

interface Header {
  version: number;
  dtype: string;
  shape: [number, number, number];
  /** Height and width of the photo in the model's square input, whose side the longer of them fills. */
  input_size: [number, number];
  encoder: string;
  /** With int8: what the values of each channel are multiplied by. */
  scales?: number[];
}

const MAGIC = "MLEM";
const VERSION = 1;
const BYTES_PER_VALUE: Record<string, number> = { int8: 1, float16: 2 };

/** Throws an Error that names what is wrong when the bytes are no embedding of a version known here. */
export function parseEmbedding(bytes: ArrayBuffer): Embedding {
  const container = readContainer(bytes, MAGIC);
  if (!container) throw new Error("What the server sent is not an embedding.");
  const header = container.header as Header;
  const [channels, rows, columns] = header.shape;
  const bytesPerValue = BYTES_PER_VALUE[header.dtype];
  const hasScales = header.dtype !== "int8" || header.scales?.length === channels;
  if (header.version !== VERSION || rows !== columns || !bytesPerValue || !hasScales) {
    throw new Error("The embedding has a format that this page does not know. Reload the page.");
  }
  const { start } = container;
  const count = channels * rows * columns;
  if (bytes.byteLength !== start + count * bytesPerValue) {
    throw new Error("The embedding arrived incomplete. Try again.");
  }
  const data =
    header.dtype === "int8"
      ? scaled(new Int8Array(bytes, start, count), header.scales as number[])
      : widen(new Uint16Array(bytes, start, count));
  const [photoRows, photoColumns] = header.input_size.map((side) =>
    Math.ceil((rows * side) / Math.max(...header.input_size)),
  ) as [number, number];
  const photo = { rows: photoRows, columns: photoColumns };
  return { data, channels, grid: rows, photo, encoder: header.encoder };
}

/** int8 to float32, every channel by its own scale. */
function scaled(values: Int8Array, scales: number[]): Float32Array {
  const perChannel = values.length / scales.length;
  const floats = new Float32Array(values.length);
  scales.forEach((scale, channel) => {
    const end = (channel + 1) * perChannel;
    for (let i = channel * perChannel; i < end; i++) floats[i] = (values[i] as number) * scale;
  });
  return floats;
}

let halfToFloat: Float32Array | null = null;

/** float16 bits, of which older releases made embeddings, to float32 through a table of all their values. */
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
