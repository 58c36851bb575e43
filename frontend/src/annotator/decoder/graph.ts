import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { LowResLogits } from "../masks/upscale";
import type { Prediction } from "../state/draft";
import { readContainer } from "./container";
import type { Embedding } from "./embedding";
import type { Decode, Detail } from "./protocol";
import type { Runtime } from "./runtime";

// The only module that knows the decoder graphs' inputs and outputs (engine/decoder_export.py).

const MAGIC = "MLDG";
const VERSION = 2;
const PADDING_LABEL = -1;
const BOX_LABELS = [2, 3]; // its top left and its bottom right corner
const MASKS = 4; // the single mask, then three candidates
const SINGLE_MASK = 0;
const CANDIDATES = [1, 2, 3];
// Low-resolution logits in a cell of the first upscaling, in each direction.
const PER_CELL: Record<Detail, number> = { full: 2, preview: 1 };
// The graphs leave the padding out, but a mask prompt has it. Any value that is clearly outside does: with -5,
// -10 and -20 masks after up to ten clicks are as good as with the model's own logits (docs/performance.md).
const PADDING_LOGIT = -10;
// The first runs of a session are several times slower than the later ones.
const TRIAL_RUNS = 2;

/** What the click graph needs to know of an image: the image graph's outputs, by name. */
export interface ImageTerms {
  tensors: Record<string, Tensor>;
  grid: number;
  photo: { rows: number; columns: number };
}

export type Prompt = Pick<Decode, "points" | "box" | "previous" | "detail">;

/** Where the decoder's file says how to recognise wrong masks (engine/decoder_export.py, trial). */
interface Trial {
  image_size: number;
  channels: number;
  grid: number;
  answer: number[][];
}

export class DecoderGraphs {
  private constructor(
    private readonly runtime: Runtime,
    private readonly image: InferenceSession,
    private readonly mask: InferenceSession,
    private readonly click: InferenceSession,
    private readonly trial: Trial,
  ) {}

  static async load(file: Uint8Array, runtime: Runtime): Promise<DecoderGraphs> {
    const { graphs, trial } = unpackGraphs(file);
    const session = (name: string, staysThere: boolean) => {
      const graph = graphs.get(name);
      if (!graph) throw new Error(`The decoder's file lacks its ${name} graph. Reload the page.`);
      return runtime.ort.InferenceSession.create(graph, {
        executionProviders: [runtime.provider],
        // What only goes into the next graph stays in the graphics card's memory.
        ...(staysThere && runtime.provider === "webgpu" ? { preferredOutputLocation: "gpu-buffer" } : {}),
      });
    };
    const [image, mask, click] = [
      await session("image", true),
      await session("mask", true),
      await session("click", false),
    ];
    return new DecoderGraphs(runtime, image, mask, click, trial);
  }

  async release(): Promise<void> {
    for (const session of [this.image, this.mask, this.click]) await session.release();
  }

  /** Once per image. For the public models' 64 x 64 grid the terms take 27 MB. */
  async prepare({ data, channels, grid, photo }: Embedding): Promise<ImageTerms> {
    const covered = this.shapeOnly(photo.rows, photo.columns);
    const outputs = await this.image.run({
      image_embedding: this.tensor(data, [1, channels, grid, grid]),
      photo: covered,
    });
    const tensors = { ...outputs, photo: covered } as Record<string, Tensor>;
    return { tensors, grid, photo };
  }

  /** Points and box are in pixels of the image; `inputScale` takes them to pixels of the model's input. */
  async run(terms: ImageTerms, prompt: Prompt, inputScale: number): Promise<Prediction[]> {
    const wanted = wantedMasks(prompt);
    const { logits, ious, size } = await this.answers(terms, prompt, inputScale, wanted);
    const perCell = 2 * PER_CELL[prompt.detail];
    const shown = prompt.detail === "preview" ? [bestOf(wanted, ious)] : wanted.map((_, place) => place);
    return shown.map((place) => ({
      logits: padded(
        logits.subarray(place * size, (place + 1) * size),
        perCell * terms.photo.columns,
        perCell * terms.grid,
      ),
      predictedIou: ious[wanted[place] as number] as number,
    }));
  }

  /** How far the known answer is missed, and how long a click takes once it is warm. */
  async tryOut(): Promise<{ difference: number; clickMs: number }> {
    const { image_size: imageSize, channels, grid, answer } = this.trial;
    const data = Float32Array.from({ length: channels * grid * grid }, (_, i) => Math.sin(i));
    const photo = { rows: grid, columns: grid };
    const terms = await this.prepare({ data, channels, grid, photo, encoder: "" });
    const middle = { x: imageSize / 2, y: imageSize / 2, label: 1 as const };
    const click: Prompt = { points: [middle], box: null, previous: null, detail: "full" };
    const { logits } = await this.answers(terms, click, 1, CANDIDATES.slice(0, 1));
    const difference = largestDifference(logits, 2 * PER_CELL.full * grid, answer);
    let clickMs = Number.POSITIVE_INFINITY;
    for (let run = 0; run < TRIAL_RUNS; run++) {
      const start = performance.now();
      const [first] = await this.run(terms, click, 1);
      clickMs = Math.min(clickMs, performance.now() - start);
      await this.run(terms, { ...click, points: [middle, middle], previous: first?.logits ?? null }, 1);
    }
    disposeOf(terms);
    return { difference, clickMs };
  }

  /** The wanted masks' logits one after the other, `size` values each, and the predicted IoU of all four. */
  private async answers(
    terms: ImageTerms,
    { points, box, previous, detail }: Prompt,
    inputScale: number,
    wanted: readonly number[],
  ): Promise<{ logits: Float32Array; ious: Float32Array; size: number }> {
    // Without a box the prompt ends with one padding point.
    const corners = box ? [box.left, box.top, box.right, box.bottom] : [0, 0];
    const coords = [...points.flatMap(({ x, y }) => [x, y]), ...corners].map((value) => value * inputScale);
    const labels = [...points.map(({ label }) => label), ...(box ? BOX_LABELS : [PADDING_LABEL])];
    const maskRows = await this.maskRows(previous, terms.grid);
    const outputs = await this.click.run({
      ...terms.tensors,
      point_coords: this.tensor(Float32Array.from(coords), [1, labels.length, 2]),
      point_labels: this.tensor(Float32Array.from(labels), [1, labels.length]),
      mask_rows: maskRows,
      wanted_masks: this.tensor(oneHot(wanted), [wanted.length, MASKS]),
      detail: this.shapeOnly(PER_CELL[detail], PER_CELL[detail]),
    });
    maskRows.dispose();
    const logits = outputs.low_res_logits?.data as Float32Array;
    const ious = outputs.iou_predictions?.data as Float32Array;
    return { logits, ious, size: logits.length / wanted.length };
  }

  private async maskRows(previous: LowResLogits | null, grid: number): Promise<Tensor> {
    if (!previous) return this.tensor(new Float32Array(grid * grid), [1, grid * grid]);
    const { data, side } = previous;
    const outputs = await this.mask.run({ mask_input: this.tensor(data, [1, 1, side, side]) });
    return outputs.mask_rows as Tensor;
  }

  private tensor(data: Float32Array, shape: number[]): Tensor {
    return new this.runtime.ort.Tensor("float32", data, shape);
  }

  /** A tensor of which the graphs read the shape alone. */
  private shapeOnly(rows: number, columns: number): Tensor {
    return this.tensor(new Float32Array(rows * columns), [rows, columns]);
  }
}

/**
 * As the reference does: a single click is ambiguous, so candidates answer it; further prompts have settled what
 * is meant, and the single mask answers them.
 */
export function wantedMasks({ points, box, previous }: Prompt): readonly number[] {
  return points.length === 1 && !box && !previous ? CANDIDATES : [SINGLE_MASK];
}

/** Gives back what an image's terms hold of the graphics card's memory. */
export function disposeOf({ tensors }: ImageTerms): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

interface Header {
  version: number;
  graphs: Record<string, { offset: number; size: number }>;
  trial: Trial;
}

/** The graphs by name, and how to try them out. Throws an Error for the person at the screen when the file is not of this kind. */
export function unpackGraphs(file: Uint8Array): { graphs: Map<string, Uint8Array>; trial: Trial } {
  const bytes = file.buffer as ArrayBuffer;
  const container = readContainer(bytes, MAGIC);
  const header = container?.header as Header | undefined;
  if (!container || header?.version !== VERSION) {
    throw new Error("The decoder has a format that this page does not know. Reload the page.");
  }
  const graphs = new Map(
    Object.entries(header.graphs).map(([name, { offset, size }]) => [
      name,
      new Uint8Array(bytes, container.start + offset, size),
    ]),
  );
  return { graphs, trial: header.trial };
}

/** Of logits, `side` in each row, and the known ones, which are evenly from the whole grid; NaN counts as wrong. */
export function largestDifference(logits: Float32Array, side: number, known: number[][]): number {
  const step = side / known.length;
  const differences = known.flatMap((row, y) =>
    row.map((value, x) => Math.abs((logits[y * step * side + x * step] as number) - value)),
  );
  return Math.max(...differences);
}

/** The photo's logits, `columns` in each row, at the top left of the padded square. */
export function padded(photo: Float32Array, columns: number, side: number): LowResLogits {
  const data = new Float32Array(side * side).fill(PADDING_LOGIT);
  for (let from = 0, to = 0; from < photo.length; from += columns, to += side)
    data.set(photo.subarray(from, from + columns), to);
  return { data, side };
}

function oneHot(wanted: readonly number[]): Float32Array {
  const rows = new Float32Array(wanted.length * MASKS);
  wanted.forEach((mask, row) => {
    rows[row * MASKS + mask] = 1;
  });
  return rows;
}

/** The place in `wanted` of the mask with the highest predicted IoU. */
export function bestOf(wanted: readonly number[], ious: Float32Array): number {
  const scores = wanted.map((mask) => ious[mask] as number);
  return scores.indexOf(Math.max(...scores));
}
