import type { IDBPDatabase } from "idb";
import { errorText } from "../api/errors";
import type { ModelOut, ProjectOut } from "../api/types";
import { type DecoderClient, DecoderError } from "./decoder/client";
import { keepGraphicsUse, readGraphicsUse } from "./decoder/graphicsUse";
import type { Decoded, GraphicsUse } from "./decoder/protocol";
import { chooseThreads, type ThreadChoice } from "./decoder/threads";
import { honourClicks } from "./masks/honour";
import { areaPx } from "./masks/labels";
import {
  clearLayers,
  createLayers,
  finalBounds,
  finalCut,
  type MaskLayers,
  type PaintValue,
  showDecoded,
} from "./masks/layers";
import { exchangeStroke, type Pixel, paintLine, type StrokeDelta, startStroke } from "./masks/paint";
import { EMPTY_RECT, type Rect } from "./masks/rect";
import { SavedMasks } from "./masks/SavedMasks";
import type { ListedMask } from "./outbox/changes";
import type { WorkDb } from "./outbox/database";
import { findDraft, keepDraft, packDraft, unpackDraft } from "./outbox/drafts";
import type { Outbox } from "./outbox/outbox";
import { restorations, saveChanges } from "./outbox/relations";
import { uuidv7 } from "./outbox/uuid";
import { showUndo } from "./panels/showUndo";
import { activeMs, begin, hide, input, NO_TIME, show } from "./state/activeTime";
import { ClickDelay } from "./state/ClickDelay";
import {
  addClick,
  addStroke,
  answeredClicks,
  type Draft,
  EMPTY_DRAFT,
  isUntouched,
  nextRequest,
  type PointPrompt,
  prompts,
  redo,
  removeLastClick,
  setPrediction,
  shownPrediction,
  source,
  undo,
} from "./state/draft";
import { keepHidden, readHidden } from "./state/hidden";
import { NOTHING_SELECTED } from "./state/selection";
import { type AnnotatorState, brushForImage, createAnnotatorStore } from "./state/store";

// The first runs of a session are several times slower than the later ones.
const WARM_UP_RUNS = 4;
const KEEP_DRAFT_AFTER_MS = 100;

interface ImageAtHand {
  id: string;
  width: number;
  height: number;
}

/** What the canvas is told: redraw this rectangle of the image, or everything (null). */
type PixelsListener = (changed: Rect | null) => void;

/**
 * The annotation at hand: brings store, pixels, decoder and outbox together. Rules are in state/ and masks/;
 * this says in which order things happen.
 */
export class Annotator {
  readonly store = createAnnotatorStore();
  readonly threads: ThreadChoice = chooseThreads(navigator.hardwareConcurrency, crossOriginIsolated);
  readonly saved = new SavedMasks();
  layers: MaskLayers | null = null;
  onPixels: PixelsListener = () => {};

  private model: ModelOut | null = null;
  private imageBefore: ImageAtHand | null = null;
  private readyImageId: string | null = null;
  private opening: Promise<void> = Promise.resolve();
  private warmUpRuns = 0;
  private decoding = false;
  private accepting: Promise<void> | null = null;
  private acceptWhenAnswered = false;
  private stroke: { delta: StrokeDelta; last: Pixel } | null = null;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly delay = new ClickDelay();

  constructor(
    private readonly decoder: DecoderClient,
    readonly outbox: Outbox,
    private readonly db: IDBPDatabase<WorkDb>,
  ) {
    decoder.onProgress = (progress) => this.showDecoder({ phase: "downloading", progress, message: null });
    // Kept work must hold what was done in the last moments as well.
    window.addEventListener("pagehide", () => void this.keepDraftNow());
    document.addEventListener("visibilitychange", () => this.noteVisibility());
  }

  get state(): AnnotatorState {
    return this.store.getState();
  }

  // ---- image and model -------------------------------------------------------------------------------------

  /** Makes an image the one at hand; the half-made mask of the one before is kept for its return. */
  open(image: ImageAtHand, model: ModelOut): Promise<void> {
    // One after the other, however fast somebody pages through the images.
    this.opening = this.opening.then(() => this.show(image, model));
    return this.opening.then(() => this.loadDecoder());
  }

  private async show(image: ImageAtHand, model: ModelOut): Promise<void> {
    await this.putAway();
    const kept = await findDraft(this.db, image, model.decoder_digest);
    this.model = model;
    this.layers = createLayers(image.width, image.height);
    const firstId = this.state.draft.nextClickId;
    this.store.setState({
      image: { id: image.id, width: image.width, height: image.height },
      draft: kept ? unpackDraft(kept, this.layers, firstId) : { ...EMPTY_DRAFT, nextClickId: firstId },
      time: kept ? { countedMs: kept.countedMs, lastInputAt: performance.now(), begun: true } : NO_TIME,
      brushPx: brushForImage(this.state.brushPx, this.imageBefore, image),
      hiddenIds: readHidden(image.id),
      decoder: { phase: "waiting", progress: 0, message: null },
    });
    this.imageBefore = image;
    this.redecode();
    this.onPixels(null);
  }

  /** No image is at hand any more: the page was left. */
  close(): Promise<void> {
    this.opening = this.opening.then(() => this.putAway());
    return this.opening;
  }

  private async putAway(): Promise<void> {
    await this.accepting;
    const kept = this.keepDraftNow();
    this.layers = null;
    this.saved.clear();
    this.stroke = null;
    this.acceptWhenAnswered = false;
    this.delay.clear();
    this.store.setState(({ draft }) => ({
      image: null,
      draft: { ...EMPTY_DRAFT, nextClickId: draft.nextClickId },
      time: NO_TIME,
      stroking: false,
      ...NOTHING_SELECTED,
      hoveredId: null,
      hiddenIds: new Set(),
      lastClick: null,
      hint: null,
      pictureFailed: null,
      decoder: { phase: "waiting", progress: 0, message: null },
    }));
    this.onPixels(null);
    await kept;
  }

  /** Which image's embedding the server has, as far as the page knows; null: not that of the image at hand. */
  async setEmbeddingReady(imageId: string | null): Promise<void> {
    this.readyImageId = imageId;
    await this.loadEmbedding();
  }

  /** Fetches the embedding of an image that will probably be next. */
  async prefetch(imageId: string): Promise<void> {
    await this.decoder.loadEmbedding(imageId);
  }

  /** Tries again what failed in the decoder. */
  async retryDecoder(): Promise<void> {
    await this.loadDecoder();
  }

  /** Has the decoder run elsewhere from now on, on this computer. */
  async setGraphicsUse(use: GraphicsUse): Promise<void> {
    keepGraphicsUse(use);
    await this.loadDecoder();
  }

  private async loadDecoder(): Promise<void> {
    const { image } = this.state;
    if (!image || !this.model) return;
    this.showDecoder({ phase: "starting", progress: 1, message: null });
    try {
      const runtime = await this.decoder.load(this.model, this.threads, readGraphicsUse());
      this.store.setState({ runtime });
    } catch (error) {
      this.failDecoder(image.id, error);
      return;
    }
    if (this.state.image?.id !== image.id) return;
    this.showDecoder({ phase: "embedding", progress: 1, message: null });
    await this.loadEmbedding();
  }

  private async loadEmbedding(): Promise<void> {
    const { image, decoder } = this.state;
    if (!image || this.readyImageId !== image.id || decoder.phase !== "embedding") return;
    try {
      await this.decoder.loadEmbedding(image.id);
    } catch (error) {
      this.failDecoder(image.id, error);
      return;
    }
    if (this.state.image?.id !== image.id) return;
    this.showDecoder({ phase: "ready", progress: 1, message: null });
    void this.decodeNext();
  }

  /** The project's rules and labels, now or changed. */
  setProject(project: ProjectOut): void {
    this.store.setState(({ newLabelId }) => ({
      project,
      newLabelId: project.labels.some(({ id }) => id === newLabelId) ? newLabelId : null,
    }));
  }

  // ---- prompts ---------------------------------------------------------------------------------------------

  /** A click on a pixel of the image. `eventTime` is the event's own time stamp, for the measured delay. */
  click(point: PointPrompt, eventTime: number): void {
    if (this.accepting) {
      void this.accepting.then(() => this.click(point, eventTime));
      return;
    }
    this.delay.clicked(this.state.draft.nextClickId, eventTime);
    this.change(addClick(this.state.draft, point));
  }

  removeLastClick(): void {
    this.change(removeLastClick(this.state.draft));
  }

  undo(): void {
    if (this.layers) this.change(undo(this.state.draft, this.layers), this.layers.paintBounds);
  }

  redo(): void {
    if (this.layers) this.change(redo(this.state.draft, this.layers), this.layers.paintBounds);
  }

  /** Throws the mask in the making away. */
  cancel(): void {
    this.resetDraft();
    void this.keepDraftNow();
  }

  startStroke(value: PaintValue, at: Pixel): void {
    if (!this.layers || this.accepting) return;
    this.stroke = { delta: startStroke(value), last: at };
    this.store.setState({ stroking: true, hint: null, time: begin(this.state.time, performance.now()) });
    this.extendStroke([at]);
  }

  extendStroke(places: Pixel[]): void {
    if (!this.layers || !this.stroke) return;
    for (const place of places) {
      const { delta, last } = this.stroke;
      this.onPixels(paintLine(this.layers, delta, last, place, this.state.brushPx));
      this.stroke.last = place;
    }
  }

  endStroke(): void {
    if (!this.stroke) return;
    const { delta } = this.stroke;
    this.stroke = null;
    this.store.setState({ stroking: false });
    this.change(addStroke(this.state.draft, delta));
  }

  cancelStroke(): void {
    if (!this.stroke || !this.layers) return;
    this.onPixels(exchangeStroke(this.layers, this.stroke.delta));
    this.stroke = null;
    this.store.setState({ stroking: false });
  }

  /** Every change of the draft goes through here: clock, pixels, decoder and kept copy follow. */
  private change(draft: Draft, repainted: Rect = EMPTY_RECT): void {
    const before = this.state.draft;
    if (draft === before) return;
    this.acceptWhenAnswered = false;
    // The keys that act on selected masks act on the new one from here on.
    const selection = isUntouched(before) ? NOTHING_SELECTED : {};
    this.store.setState({
      ...selection,
      draft,
      hint: null,
      time: begin(this.state.time, performance.now()),
    });
    this.onPixels(repainted);
    if (shownPrediction(draft) !== shownPrediction(before)) this.redecode();
    this.keepDraftSoon();
    void this.decodeNext();
  }

  private redecode(): void {
    if (!this.layers) return;
    const { draft } = this.state;
    const threshold = this.model?.mask_threshold ?? 0;
    const answer = shownPrediction(draft)?.logits ?? null;
    const points = answeredClicks(draft).map((click) => click.point);
    const longestSide = Math.max(this.layers.width, this.layers.height);
    const logits = answer && honourClicks(answer, points, longestSide, threshold);
    this.onPixels(showDecoded(this.layers, logits, threshold));
  }

  // ---- decoder ---------------------------------------------------------------------------------------------

  /**
   * One run in flight; when it ends the draft says what to ask next, so the latest prompt wins and prompts that
   * were overtaken are never run.
   */
  private async decodeNext(): Promise<void> {
    const { image, draft, decoder } = this.state;
    if (this.decoding || !image || decoder.phase !== "ready") return;
    const request = nextRequest(draft);
    if (!request && this.warmUpRuns >= WARM_UP_RUNS) return;
    const middle: PointPrompt = { x: image.width >> 1, y: image.height >> 1, label: 1 };
    this.decoding = true;
    try {
      const answer = await this.decoder.decode({
        imageId: image.id,
        imageWidth: image.width,
        imageHeight: image.height,
        points: request?.points ?? [middle],
        previous: request?.previous ?? null,
      });
      this.warmUpRuns += 1;
      if (request) this.take(request.clickId, answer);
    } catch (error) {
      this.failDecoder(image.id, error);
    } finally {
      this.decoding = false;
    }
    void this.decodeNext();
  }

  private take(clickId: number, answer: Decoded): void {
    const before = shownPrediction(this.state.draft);
    const { logits, predictedIou } = answer;
    const draft = setPrediction(this.state.draft, clickId, { logits, predictedIou });
    this.store.setState({ draft });
    const isShown = shownPrediction(draft) !== before;
    this.delay.answered(clickId, answer, isShown);
    if (isShown) this.redecode();
    this.keepDraftSoon();
    if (this.acceptWhenAnswered && !nextRequest(draft)) this.accept();
  }

  /** The canvas has drawn what it was told to. */
  notePainted(): void {
    const lastClick = this.delay.painted();
    if (lastClick) this.store.setState({ lastClick });
  }

  private showDecoder(decoder: AnnotatorState["decoder"]): void {
    this.store.setState({ decoder });
  }

  private failDecoder(imageId: string, error: unknown): void {
    if (this.state.image?.id !== imageId) return;
    if (error instanceof DecoderError && error.code === "embedding_not_ready") {
      // The model has just been changed: the event that the new embedding is there goes on from here.
      this.readyImageId = null;
      this.showDecoder({ phase: "embedding", progress: 1, message: null });
      return;
    }
    this.showDecoder({ phase: "failed", progress: 0, message: errorText(error) });
  }

  // ---- accepting and saved masks ---------------------------------------------------------------------------

  /** Saves the mask in the making; one that still waits for the decoder is saved as soon as it is answered. */
  accept(): void {
    const { draft, image, project } = this.state;
    if (!this.layers || !image || !project || this.accepting || isUntouched(draft)) return;
    if (nextRequest(draft) && this.state.decoder.phase !== "failed") {
      this.acceptWhenAnswered = true;
      if (this.state.decoder.phase !== "ready") {
        this.store.setState({ hint: "It is saved as soon as the model has answered your last click." });
      }
      return;
    }
    const shape = finalCut(this.layers, finalBounds(this.layers));
    if (areaPx(shape) === 0) {
      this.store.setState({
        hint: "The mask is empty, so there is nothing to save. Click the object, or paint it with the brush (B).",
      });
      return;
    }
    if (project.overlap_rule !== "allow" && !this.saved.isComplete) {
      this.store.setState({ hint: "The image's other masks are still loading. Accept again in a moment." });
      return;
    }
    const content = {
      image_id: image.id,
      active_ms: Math.round(activeMs(this.state.time, performance.now())),
      source: source(draft),
      model_id: draft.clicks.length > 0 ? (this.model?.id ?? null) : null,
      predicted_iou: shownPrediction(draft)?.predictedIou ?? null,
      prompts: prompts(draft),
      label_id: this.state.newLabelId,
    };
    const accepted = { id: uuidv7(), content, shape };
    const changes = saveChanges(project.overlap_rule, [accepted], this.saved.all(), image);
    if (changes.length === 0) {
      this.store.setState({ hint: "Other masks cover all of it, so there is nothing left to save." });
      return;
    }
    const deletedIds = changes.flatMap(({ kind, maskId }) => (kind === "delete" ? maskId : []));
    const covered = this.saved.pick(deletedIds).map(({ mask }) => mask);
    clearTimeout(this.draftTimer);
    this.accepting = this.outbox
      .accept(image.id, ...changes)
      .then(
        () => {
          this.resetDraft();
          this.noteCovered(covered);
        },
        (error) =>
          this.store.setState({ hint: `The mask could not be stored on this computer: ${errorText(error)}` }),
      )
      .finally(() => {
        this.accepting = null;
      });
  }

  /** By the project's rule the new mask has taken all of some older ones: that must not go unseen. */
  private noteCovered(masks: readonly ListedMask[]): void {
    if (masks.length === 0) return;
    const which =
      masks.length === 1
        ? "A mask that the new one covers was"
        : `${masks.length} masks that the new one covers were`;
    showUndo(`${which} deleted`, () => void this.outbox.add(...restorations(masks)));
  }

  private resetDraft(): void {
    if (!this.layers) return;
    clearTimeout(this.draftTimer);
    this.stroke = null;
    this.acceptWhenAnswered = false;
    this.delay.clear();
    this.store.setState(({ draft }) => ({
      draft: { ...EMPTY_DRAFT, nextClickId: draft.nextClickId },
      time: NO_TIME,
      stroking: false,
      lastClick: null,
      hint: null,
    }));
    this.onPixels(clearLayers(this.layers));
  }

  /** Shows the decoded masks that are not hidden on the canvas. */
  showSaved(): void {
    if (!this.layers) return;
    this.saved.show(this.state.hiddenIds, this.layers.width, this.layers.height);
    this.onPixels(null);
  }

  setHidden(hiddenIds: ReadonlySet<string>): void {
    const { image } = this.state;
    if (!image) return;
    this.store.setState({ hiddenIds });
    keepHidden(image.id, hiddenIds);
    this.showSaved();
  }

  // ---- time and kept work ----------------------------------------------------------------------------------

  noteInput(): void {
    if (this.state.time.begun) this.store.setState(({ time }) => ({ time: input(time, performance.now()) }));
  }

  private noteVisibility(): void {
    const now = performance.now();
    this.store.setState(({ time }) => ({ time: document.hidden ? hide(time, now) : show(time, now) }));
    if (document.hidden) void this.keepDraftNow();
    else this.outbox.send();
  }

  private keepDraftSoon(): void {
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => void this.keepDraftNow(), KEEP_DRAFT_AFTER_MS);
  }

  private async keepDraftNow(): Promise<void> {
    clearTimeout(this.draftTimer);
    const { image, draft, time } = this.state;
    if (!image || !this.layers || !this.model || this.accepting) return;
    const countedMs = activeMs(time, performance.now());
    await keepDraft(this.db, packDraft(image.id, this.model.decoder_digest, draft, this.layers, countedMs));
  }
}
