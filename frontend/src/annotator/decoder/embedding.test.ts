import { describe, expect, it } from "vitest";
import { parseEmbedding } from "./embedding";

function pack(header: object, payload: ArrayBufferView): ArrayBuffer {
  let text = JSON.stringify(header);
  while ((8 + text.length) % 16 !== 0) text += " ";
  const bytes = new Uint8Array(8 + text.length + payload.byteLength);
  bytes.set(new TextEncoder().encode("MLEM"), 0);
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(new TextEncoder().encode(text), 8);
  bytes.set(new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength), 8 + text.length);
  return bytes.buffer;
}

const header = { version: 1, dtype: "float16", shape: [2, 2, 2], input_size: [340, 512], encoder: "abc" };

describe("embedding bytes", () => {
  it("widen float16 to float32: normal, tiny, negative, largest and zero", () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0x03ff, 0x0400);
    const { data, channels, grid, encoder } = parseEmbedding(pack(header, halves));
    expect([channels, grid, encoder]).toEqual([2, 2, "abc"]);
    expect([...data]).toEqual([1, -2, 0.333251953125, 2 ** -24, -0, 65504, 1023 * 2 ** -24, 2 ** -14]);
  });

  it("multiply int8 by the scale of its channel", () => {
    const values = Int8Array.of(1, -2, 127, 0, -127, 3, 4, 5);
    const packed = pack({ ...header, dtype: "int8", scales: [0.5, 2] }, values);
    expect([...parseEmbedding(packed).data]).toEqual([0.5, -1, 63.5, 0, -254, 6, 8, 10]);
  });

  it("say which part of the grid the photo covers", () => {
    const photoOf = (size: [number, number]) => {
      const shape = [1, 64, 64];
      return parseEmbedding(pack({ ...header, shape, input_size: size }, new Uint16Array(4096))).photo;
    };
    expect(photoOf([683, 1024])).toEqual({ rows: 43, columns: 64 });
    expect(photoOf([1024, 16])).toEqual({ rows: 64, columns: 1 });
    expect(photoOf([1024, 1024])).toEqual({ rows: 64, columns: 64 });
  });

  it("that are cut off, foreign or of a later version are refused by a sentence", () => {
    const whole = pack(header, new Uint16Array(8));
    expect(() => parseEmbedding(whole.slice(0, -2))).toThrow("incomplete");
    expect(() => parseEmbedding(new TextEncoder().encode("<html>").buffer as ArrayBuffer)).toThrow(
      "not an embedding",
    );
    expect(() => parseEmbedding(pack({ ...header, version: 2 }, new Uint16Array(8)))).toThrow("Reload");
    const noScales = pack({ ...header, dtype: "int8" }, new Int8Array(8));
    expect(() => parseEmbedding(noScales)).toThrow("Reload");
  });
});
