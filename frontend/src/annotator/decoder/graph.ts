import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { LowResLogits } from "../masks/upscale";
import type { PointPrompt } from "../state/draft";
import type { Embedding } from "./embedding";

// The only module that knows the decoder graph's inputs and outputs.

const PADDING_LABEL = -1;

export interface DecoderAnswer {
  logits: LowResLogits;
  predictedIou: number;
}

export class DecoderGraph {
  private constructor(private readonly session: InferenceSession) {}

  static async load(onnx: Uint8Array): Promise<DecoderGraph> {
    return new DecoderGraph(await InferenceSession.create(onnx, { executionProviders: ["wasm"] }));
  }

  /**
   * @param points in pixels of the image; `inputScale` takes them to pixels of the model's input
   * @param previous the answer that this one refines, or null
   */
  async run(
    embedding: Embedding,
    points: PointPrompt[],
    previous: LowResLogits | null,
    inputScale: number,
  ): Promise<DecoderAnswer> {
    const { channels, grid } = embedding;
    const side = 4 * grid;
    // Without a box the prompt ends with one padding point.
    const coords = Float32Array.from([
      ...points.flatMap(({ x, y }) => [x * inputScale, y * inputScale]),
      0,
      0,
    ]);
    const labels = Float32Array.from([...points.map(({ label }) => label), PADDING_LABEL]);
    const outputs = await this.session.run({
      image_embedding: new Tensor("float32", embedding.data, [1, channels, grid, grid]),
      point_coords: new Tensor("float32", coords, [1, labels.length, 2]),
      point_labels: new Tensor("float32", labels, [1, labels.length]),
      mask_input: new Tensor("float32", previous?.data ?? new Float32Array(side * side), [1, 1, side, side]),
      has_mask_input: new Tensor("float32", Float32Array.of(previous ? 1 : 0), [1]),
    });
    const ious = outputs.iou_predictions?.data as Float32Array;
    const logits = outputs.low_res_logits?.data as Float32Array;
    const chosen = points.length === 1 ? bestCandidate(ious) : SINGLE_MASK;
    return {
      logits: { data: logits.slice(chosen * side * side, (chosen + 1) * side * side), side },
      predictedIou: ious[chosen] as number,
    };
  }
}

// As the reference does: one click is ambiguous, so the best of the candidates (1 to 3) answers it; further
// prompts have settled what is meant, and the single-mask output (0) answers them.
const SINGLE_MASK = 0;

export function bestCandidate(ious: Float32Array): number {
  let best = 1;
  for (let i = 2; i < ious.length; i++) if ((ious[i] as number) > (ious[best] as number)) best = i;
  return best;
}
