import type { ModelOut } from "../../api/types";
import type { Decode, Decoded, GraphicsUse, Loaded, WorkerReply, WorkerRequest } from "./protocol";
import type { ThreadChoice } from "./threads";

/** What went wrong in the worker; `message` is for the person at the screen. */
export class DecoderError extends Error {
  override readonly name = "DecoderError";

  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve: (value: Decoded | Loaded | null) => void;
  reject: (error: DecoderError) => void;
}

/** The page's side of the decoder worker. Who calls `decode` sees to it that one run is in flight at a time. */
export class DecoderClient {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private loaded: { key: string; done: Promise<Loaded> } | null = null;
  onProgress: (share: number) => void = () => {};

  /** Downloads the model's decoder and makes its sessions; at once when it is there already. */
  load(model: ModelOut, { threads }: ThreadChoice, graphics: GraphicsUse): Promise<Loaded> {
    const key = `${model.encoder_digest} ${model.decoder_digest} ${graphics}`;
    if (this.loaded?.key === key) return this.loaded.done;
    const done = this.ask({
      kind: "loadModel",
      url: model.decoder.url,
      sizeBytes: model.decoder.size_bytes,
      sha256: model.decoder.sha256,
      imageSize: model.image_size,
      encoder: model.encoder_digest,
      threads,
      graphics,
    }) as Promise<Loaded>;
    this.loaded = { key, done };
    done.catch(() => {
      this.loaded = null;
    });
    return done;
  }

  async loadEmbedding(imageId: string, model: ModelOut): Promise<void> {
    await this.ask({ kind: "loadEmbedding", imageId, encoder: model.encoder_digest });
  }

  async decode(request: Omit<Decode, "kind">): Promise<Decoded> {
    return (await this.ask({ kind: "decode", ...request })) as Decoded;
  }

  private ask(request: WorkerRequest): Promise<Decoded | Loaded | null> {
    this.worker ??= this.start();
    const worker = this.worker;
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, request });
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "decoder" });
    worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
      if (data.id === null) {
        this.onProgress(data.progress);
        return;
      }
      const waiting = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.ok) waiting?.resolve(data.value);
      else waiting?.reject(new DecoderError(data.message, data.code));
    };
    worker.onerror = () =>
      this.fail("The decoder stopped. Try again; if that does not help, reload the page.");
    return worker;
  }

  /** The worker itself is broken: everybody who waits is told, and the next request starts a new one. */
  private fail(message: string): void {
    this.worker?.terminate();
    this.worker = null;
    this.loaded = null;
    for (const { reject } of this.waiting.values()) reject(new DecoderError(message, "worker_stopped"));
    this.waiting.clear();
  }
}
