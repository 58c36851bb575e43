import { noteSignedOut } from "../../api/access";
import { errorText } from "../../api/errors";
import type { ModelOut } from "../../api/types";
import type { AnnotatorState, AnnotatorStore } from "../state/store";
import { type DecoderClient, DecoderError } from "./client";
import { keepGraphicsUse, readGraphicsUse } from "./graphicsUse";
import type { GraphicsUse } from "./protocol";
import { chooseThreads, type ThreadChoice } from "./threads";

/** Gets the decoder ready for the image at hand, and says in the store how far it is. */
export class Preparation {
  readonly threads: ThreadChoice = chooseThreads(navigator.hardwareConcurrency, crossOriginIsolated);
  private model: ModelOut | null = null;
  private embeddedImageId: string | null = null;

  /** `onReady` is called when clicks can be answered. */
  constructor(
    private readonly decoder: DecoderClient,
    private readonly store: AnnotatorStore,
    private readonly onReady: () => void,
  ) {
    decoder.onProgress = (progress) => this.show("downloading", progress);
  }

  async load(model: ModelOut): Promise<void> {
    this.model = model;
    await this.retry();
  }

  /** Loads what is missing, or has failed. */
  async retry(): Promise<void> {
    const { image } = this.store.getState();
    if (!image || !this.model) return;
    this.show("starting");
    try {
      const runtime = await this.decoder.load(this.model, this.threads, readGraphicsUse());
      this.store.setState({ runtime });
    } catch (error) {
      this.fail(image.id, error);
      return;
    }
    if (!this.isAtHand(image.id)) return;
    this.show("embedding");
    await this.loadEmbedding();
  }

  /** The person is signed in again: what could not be loaded meanwhile is. */
  resume(): void {
    const { phase } = this.store.getState().decoder;
    if (phase !== "ready" && phase !== "failed") void this.retry();
  }

  /** Which image's embedding the server has, as far as the page knows; null: not that of the image at hand. */
  async setEmbedded(imageId: string | null): Promise<void> {
    this.embeddedImageId = imageId;
    await this.loadEmbedding();
  }

  /** Fetches the embedding of an image that will probably be next. */
  async prefetch(imageId: string, model: ModelOut): Promise<void> {
    await this.decoder.loadEmbedding(imageId, model);
  }

  /** Has the decoder run elsewhere from now on, on this computer. */
  async setGraphicsUse(use: GraphicsUse): Promise<void> {
    keepGraphicsUse(use);
    await this.retry();
  }

  /** The decoder could not do what was asked of it for an image. */
  fail(imageId: string, error: unknown): void {
    if (!this.isAtHand(imageId)) return;
    if (error instanceof DecoderError && error.code === "embedding_not_ready") {
      // The model has just been changed: the event that the new embedding is there goes on from here.
      this.embeddedImageId = null;
      this.show("embedding");
      return;
    }
    if (error instanceof DecoderError && error.code === "not_signed_in") {
      noteSignedOut(); // The worker asks by itself, and only this tells the page.
      this.show("starting");
      return;
    }
    this.store.setState({ decoder: { phase: "failed", progress: 0, message: errorText(error) } });
  }

  private async loadEmbedding(): Promise<void> {
    const { image, decoder } = this.store.getState();
    if (!image || !this.model || this.embeddedImageId !== image.id || decoder.phase !== "embedding") return;
    try {
      await this.decoder.loadEmbedding(image.id, this.model);
    } catch (error) {
      this.fail(image.id, error);
      return;
    }
    if (!this.isAtHand(image.id)) return;
    this.show("ready");
    this.onReady();
  }

  private isAtHand(imageId: string): boolean {
    return this.store.getState().image?.id === imageId;
  }

  private show(phase: AnnotatorState["decoder"]["phase"], progress = 1): void {
    this.store.setState({ decoder: { phase, progress, message: null } });
  }
}
