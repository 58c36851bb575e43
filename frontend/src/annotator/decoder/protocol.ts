import type { LowResLogits } from "../masks/upscale";
import type { Box, PointPrompt, Prediction } from "../state/draft";

// What page and worker say to each other. Every request gets one reply with its id.

export interface LoadModel {
  kind: "loadModel";
  url: string;
  sizeBytes: number;
  /** Of the file. */
  sha256: string;
  imageSize: number;
  encoder: string;
  threads: number;
  graphics: GraphicsUse;
}

/** Whether the decoder runs on the graphics card: where it is good for it, in any case, or never. */
export type GraphicsUse = "auto" | "always" | "never";

export interface Loaded {
  provider: "webgpu" | "wasm";
  /** Why the graphics card was tried and is not used, for the person at the screen. */
  objection: string | null;
}

export interface LoadEmbedding {
  kind: "loadEmbedding";
  imageId: string;
  /** Digest of the encoder; where it is not that of the decoder that runs, the embedding is only fetched. */
  encoder: string;
}

export interface Decode {
  kind: "decode";
  imageId: string;
  imageWidth: number;
  imageHeight: number;
  points: readonly PointPrompt[];
  box: Box | null;
  previous: LowResLogits | null;
  detail: Detail;
}

/** A preview is the best candidate alone at half the size: see upscaleMask for where its values lie. */
export type Detail = "full" | "preview";

export interface Decoded {
  /** Three where the prompt is ambiguous, else one. */
  candidates: Prediction[];
  /** Time in the graph alone. */
  runMs: number;
}

export type WorkerRequest = LoadModel | LoadEmbedding | Decode;

export type WorkerReply =
  | { id: number; ok: true; value: Decoded | Loaded | null }
  | { id: number; ok: false; message: string; code: string }
  | { id: null; progress: number };
