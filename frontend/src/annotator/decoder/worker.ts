import { getEmbedding } from "../../api/calls";
import { ApiError, errorText, notSignedIn } from "../../api/errors";
import { loadChecked } from "./checked";
import { checkEncoder, checkFile } from "./digests";
import { type Embedding, parseEmbedding } from "./embedding";
import { type DecoderGraphs, disposeOf, type ImageTerms } from "./graph";
import { Lru } from "./lru";
import type { Decode, Decoded, Loaded, LoadModel, WorkerReply, WorkerRequest } from "./protocol";

// About 4 MB each for the public models' 256 x 64 x 64.
const KEPT_EMBEDDINGS = 6;
// 27 MB each there: the image on screen, and the next two.
const KEPT_TERMS = 3;

interface RunningModel {
  graphs: DecoderGraphs;
  imageSize: number;
  encoder: string;
}

let model: RunningModel | null = null;
const embeddings = new Lru<string, Promise<Embedding>>(KEPT_EMBEDDINGS);
const terms = new Lru<string, Promise<ImageTerms>>(KEPT_TERMS, (gone) => void gone.then(disposeOf, noop));

self.onmessage = async ({ data: { id, request } }: MessageEvent<{ id: number; request: WorkerRequest }>) => {
  try {
    const value = await answer(request);
    reply(
      { id, ok: true, value },
      value && "candidates" in value
        ? value.candidates.map(({ logits }) => logits.data.buffer as ArrayBuffer)
        : [],
    );
  } catch (error) {
    reply({
      id,
      ok: false,
      message: errorText(error),
      code: error instanceof ApiError ? error.code : "decoder",
    });
  }
};

async function answer(request: WorkerRequest): Promise<Decoded | Loaded | null> {
  switch (request.kind) {
    case "loadModel":
      return loadModel(request);
    case "loadEmbedding":
      await (model?.encoder === request.encoder
        ? termsOf(request.imageId, model)
        : embeddingOf(request.imageId, request.encoder));
      return null;
    case "decode":
      return decode(request);
  }
}

async function loadModel(request: LoadModel): Promise<Loaded> {
  const file = await download(request.url, request.sizeBytes);
  await checkFile(file, request.sha256);
  const { graphs, loaded } = await loadChecked(file, request.threads, request.graphics);
  terms.clear(); // of the decoder before; embeddings are known by their encoder
  await model?.graphs.release();
  model = { graphs, imageSize: request.imageSize, encoder: request.encoder };
  return loaded;
}

async function decode(request: Decode): Promise<Decoded> {
  if (!model) throw new Error("The decoder is not loaded yet.");
  const image = await termsOf(request.imageId, model);
  const inputScale = model.imageSize / Math.max(request.imageWidth, request.imageHeight);
  const start = performance.now();
  const candidates = await model.graphs.run(image, request, inputScale);
  return { candidates, runMs: performance.now() - start };
}

function embeddingOf(imageId: string, encoder: string): Promise<Embedding> {
  const key = `${imageId} ${encoder}`;
  let embedding = embeddings.get(key);
  if (!embedding) {
    embedding = getEmbedding(imageId, encoder).then(parseEmbedding);
    embeddings.set(key, embedding);
    // A failed download must not be what the next try gets.
    embedding.catch(() => embeddings.delete(key));
  }
  return embedding;
}

function termsOf(imageId: string, running: RunningModel): Promise<ImageTerms> {
  let known = terms.get(imageId);
  if (!known) {
    known = prepare(imageId, running);
    terms.set(imageId, known);
    known.catch(() => terms.delete(imageId));
  }
  return known;
}

async function prepare(imageId: string, { graphs, encoder }: RunningModel): Promise<ImageTerms> {
  const embedding = await embeddingOf(imageId, encoder);
  checkEncoder(embedding, encoder);
  return graphs.prepare(embedding);
}

async function download(url: string, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (response.status === 401) throw notSignedIn();
  if (!response.ok || !response.body) {
    throw new Error(
      `The decoder could not be downloaded (the server answered ${response.status}). Try again.`,
    );
  }
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  const reader = response.body.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    if (at + chunk.value.length > sizeBytes)
      throw new Error("The decoder's file is not the announced one. Reload.");
    bytes.set(chunk.value, at);
    at += chunk.value.length;
    reply({ id: null, progress: at / sizeBytes });
  }
  if (at !== sizeBytes) throw new Error("The decoder's download broke off. Try again.");
  return bytes;
}

function reply(message: WorkerReply, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

// A failed preparation was told to who asked for it, and holds nothing.
function noop(): void {}
