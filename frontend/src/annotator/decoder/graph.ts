import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { LowResLogits } from "../masks/upscale";
import type { PointPrompt } from "../state/draft";
import { readContainer } from "./container";
import type { Embedding } from "./embedding";

// The only module that knows the decoder graphs' inputs and outputs (engine/decoder_export.py).

const MAGIC = "MLDG";
const VERSION = 2;
const PADDING_LABEL = -1;
const MASKS = 4; // the single mask, then three candidates
const SINGLE_MASK = 0;
const FULL_DETAIL = 2;
// The graphs leave the padding out, but a mask prompt has it. Any value that is clearly outside does: with -5,
// -10 and -20 masks after up to ten clicks are as good as with the model's own logits (docs/performance.md).
const PADDING_LOGIT = -10;

/** What the click graph needs to know of an image: the image graph's outputs, by name. */
export interface ImageTerms {
  tensors: Record<string, Tensor>;
  grid: number;
  photo: { rows: number; columns: number };
}

export interface DecoderAnswer {
  logits: LowResLogits;
  predictedIou: number;
}

export class DecoderGraphs {
  private constructor(
    private readonly image: InferenceSession,
    private readonly mask: InferenceSession,
    private readonly click: InferenceSession,
  ) {}

  static async load(file: Uint8Array): Promise<DecoderGraphs> {
    const graphs = unpackGraphs(file);
    const session = (name: string) => {
      const graph = graphs.get(name);
      if (!graph) throw new Error(`The decoder's file lacks its ${name} graph. Reload the page.`);
      return InferenceSession.create(graph, { executionProviders: ["wasm"] });
    };
    return new DecoderGraphs(await session("image"), await session("mask"), await session("click"));
  }

  /** Once per image. For the public models' 64 x 64 grid the terms take 27 MB. */
  async prepare({ data, channels, grid, photo }: Embedding): Promise<ImageTerms> {
    const outputs = await this.image.run({
      image_embedding: new Tensor("float32", data, [1, channels, grid, grid]),
      photo: shapeOnly(photo.rows, photo.columns),
    });
    const tensors = { ...outputs, photo: shapeOnly(photo.rows, photo.columns) };
    return { tensors: tensors as Record<string, Tensor>, grid, photo };
  }

  /**
   * @param points in pixels of the image; `inputScale` takes them to pixels of the model's input
   * @param previous the answer that this one refines, or null
   */
  async run(
    terms: ImageTerms,
    points: PointPrompt[],
    previous: LowResLogits | null,
    inputScale: number,
  ): Promise<DecoderAnswer> {
    // Without a box the prompt ends with one padding point.
    const coords = [...points.flatMap(({ x, y }) => [x * inputScale, y * inputScale]), 0, 0];
    const labels = [...points.map(({ label }) => label), PADDING_LABEL];
    // As the reference does: one click is ambiguous, so the best of the candidates answers it; further
    // prompts have settled what is meant, and the single mask answers them.
    const wanted = points.length === 1 ? [1, 2, 3] : [SINGLE_MASK];
    const outputs = await this.click.run({
      ...terms.tensors,
      point_coords: new Tensor("float32", Float32Array.from(coords), [1, labels.length, 2]),
      point_labels: new Tensor("float32", Float32Array.from(labels), [1, labels.length]),
      mask_rows: await this.maskRows(previous, terms.grid),
      wanted_masks: new Tensor("float32", oneHot(wanted), [wanted.length, MASKS]),
      detail: shapeOnly(FULL_DETAIL, FULL_DETAIL),
    });
    const ious = outputs.iou_predictions?.data as Float32Array;
    const logits = outputs.low_res_logits?.data as Float32Array;
    const best = bestOf(wanted, ious);
    const perCell = 2 * FULL_DETAIL;
    const rows = perCell * terms.photo.rows;
    const columns = perCell * terms.photo.columns;
    const size = rows * columns;
    return {
      logits: padded(logits.subarray(best * size, (best + 1) * size), columns, perCell * terms.grid),
      predictedIou: ious[wanted[best] as number] as number,
    };
  }

  private async maskRows(previous: LowResLogits | null, grid: number): Promise<Tensor> {
    if (!previous) return new Tensor("float32", new Float32Array(grid * grid), [1, grid * grid]);
    const { data, side } = previous;
    const outputs = await this.mask.run({ mask_input: new Tensor("float32", data, [1, 1, side, side]) });
    return outputs.mask_rows as Tensor;
  }
}

interface Header {
  version: number;
  graphs: Record<string, { offset: number; size: number }>;
}

/** The graphs by name. Throws an Error for the person at the screen when the file is not of this kind. */
export function unpackGraphs(file: Uint8Array): Map<string, Uint8Array> {
  const bytes = file.buffer as ArrayBuffer;
  const container = readContainer(bytes, MAGIC);
  const header = container?.header as Header | undefined;
  if (!container || header?.version !== VERSION) {
    throw new Error("The decoder has a format that this page does not know. Reload the page.");
  }
  return new Map(
    Object.entries(header.graphs).map(([name, { offset, size }]) => [
      name,
      new Uint8Array(bytes, container.start + offset, size),
    ]),
  );
}

/** A tensor of which the graphs read the shape alone. */
function shapeOnly(rows: number, columns: number): Tensor {
  return new Tensor("float32", new Float32Array(rows * columns), [rows, columns]);
}

/** The photo's logits, `columns` in each row, at the top left of the padded square. */
export function padded(photo: Float32Array, columns: number, side: number): LowResLogits {
  const data = new Float32Array(side * side).fill(PADDING_LOGIT);
  for (let from = 0, to = 0; from < photo.length; from += columns, to += side)
    data.set(photo.subarray(from, from + columns), to);
  return { data, side };
}

function oneHot(wanted: number[]): Float32Array {
  const rows = new Float32Array(wanted.length * MASKS);
  wanted.forEach((mask, row) => {
    rows[row * MASKS + mask] = 1;
  });
  return rows;
}

/** The place in `wanted` of the mask with the highest predicted IoU. */
export function bestOf(wanted: number[], ious: Float32Array): number {
  const scores = wanted.map((mask) => ious[mask] as number);
  return scores.indexOf(Math.max(...scores));
}
