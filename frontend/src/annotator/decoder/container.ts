// The server's own files (docs/formats.md): a magic word, the header's length, a header in JSON, a payload.

const MAGIC_BYTES = 4;
const PREFIX_BYTES = 8;

export interface Container {
  header: unknown;
  /** Where the payload starts. */
  start: number;
}

/** Null when the bytes do not start with `magic` or end within the header. */
export function readContainer(bytes: ArrayBuffer, magic: string): Container | null {
  if (bytes.byteLength < PREFIX_BYTES) return null;
  const text = new TextDecoder();
  const start = PREFIX_BYTES + new DataView(bytes).getUint32(MAGIC_BYTES, true);
  if (start > bytes.byteLength || text.decode(new Uint8Array(bytes, 0, MAGIC_BYTES)) !== magic) return null;
  const header = text.decode(new Uint8Array(bytes, PREFIX_BYTES, start - PREFIX_BYTES));
  return { header: JSON.parse(header), start };
}
