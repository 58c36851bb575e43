import { describe, expect, it } from "vitest";
import type { ModelOut } from "../../api/types";
import { modelAtHand } from "./modelAtHand";

const model = (name: string) => ({ name, decoder_digest: `decoder of ${name}` }) as ModelOut;
const [first, second] = [model("first"), model("second")];

describe("the model at hand", () => {
  it("stays within an image that can be clicked on, and is the new one at the next", () => {
    const opened = modelAtHand(null, { id: "a", model: first }, false);
    expect(opened).toEqual({ imageId: "a", model: first });
    const promoted = modelAtHand(opened, { id: "a", model: second }, true);
    expect(promoted).toBe(opened);
    expect(modelAtHand(promoted, { id: "b", model: second }, false)).toEqual({ imageId: "b", model: second });
  });

  it("is the new one in an image that still waits for its embedding", () => {
    const opened = modelAtHand(null, { id: "a", model: first }, false);
    expect(modelAtHand(opened, { id: "a", model: second }, false)).toEqual({ imageId: "a", model: second });
  });

  it("is not opened again when an event renews the image", () => {
    const opened = modelAtHand(null, { id: "a", model: first }, false);
    expect(modelAtHand(opened, { id: "a", model: { ...first } }, false)).toBe(opened);
    expect(modelAtHand(opened, { id: "a", model: null }, false)).toBe(opened);
  });

  it("is not there before the image, or without any model", () => {
    expect(modelAtHand(null, undefined, false)).toBeNull();
    expect(modelAtHand(null, { id: "a", model: null }, false)).toBeNull();
  });
});
