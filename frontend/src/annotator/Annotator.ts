import type { IDBPDatabase } from "idb";
import { errorText } from "../api/errors";
import type { ModelOut, ProjectOut } from "../api/types";
import type { DecoderClient } from "./decoder/client";
import { Preparation } from "./decoder/Preparation";
import type { Decoded } from "./decoder/protocol";
import { bySize } from "./masks/candidates";
import { Guide } from "./masks/edges";
import { areaPx } from "./masks/labels";
import {
  clearLayers,
  createLayers,
  finalBounds,
  finalCut,
  type MaskLayers,
  type PaintValue,
} from "./masks/layers";
import { maskPrompt } from "./masks/maskPrompt";
import type { Pixel, StrokeDelta, StrokePoint } from "./masks/paint";
import { EMPTY_RECT, type Rect } from "./masks/rect";
import { SavedMasks } from "./masks/SavedMasks";
import { dropSpecks } from "./masks/specks";
import { acceptedMask } from "./outbox/accepted";
import type { ListedMask } from "./outbox/changes";
import type { WorkDb } from "./outbox/database";
import { DraftKeeper } from "./outbox/drafts";
import { MaskHistory } from "./outbox/MaskHistory";
import type { Outbox } from "./outbox/outbox";
import { restorations, saveChanges } from "./outbox/relations";
import { showUndo } from "./panels/showUndo";
import { activeMs, begin, hide, input, NO_TIME, show } from "./state/activeTime";
import { ClickDelay } from "./state/ClickDelay";
import {
  addPoint,
  addStroke,
  askOf,
  type Box,
  candidateBeside,
  chooseCandidate,
  type DecodeRequest,
  type Draft,
  EMPTY_DRAFT,
  hasPrompts,
  isBegun,
  isUntouched,
  movePoint,
  nextClick,
  nextRequest,
  type PointPrompt,
  type Prompt,
  redo,
  refining,
  removePoint,
  setAnswer,
  setBox,
  setFinish,
  shownPrediction,
  undo,
} from "./state/draft";
import type { Finish } from "./state/finish";
import { keepHidden, readHidden } from "./state/hidden";
import { boxEvent, type Event, finishEvent, logged, paintEvent, pointEvent } from "./state/log";
import { toolOf } from "./state/outline";
import { Stroke } from "./state/Stroke";
import { NOTHING_SELECTED } from "./state/selection";
import { showAnswer } from "./state/shown";
import { type AnnotatorState, brushForImage, createAnnotatorStore } from "./state/store";

const KEEP_DRAFT_AFTER_MS = 100;
/** Of the model's input for one low-resolution logit, in both directions. */
const LOW_RES_PX = 4;

interface ImageAtHand {
  id: string;
  width: number;
  height: number;
}

/** What the canvas is told: redraw this rectangle of the image, or everything (null); `now`: before the next frame. */
type PixelsListener = (changed: Rect | null, now?: boolean) => void;

/**
 * The annotation at hand: brings store, pixels, decoder and outbox together. Rules are in state/ and masks/;
 * this says in which order things happen.
 */
export class Annotator {
  readonly store = createAnnotatorStore();
  readonly saved = new SavedMasks();
  layers: MaskLayers | null = null;
  /** The pixel of the image that the pointer is on; null: on none. */
  pointer: Pixel | null = null;
  onPixels: PixelsListener = () => {};
  readonly preparation: Preparation;
  readonly history: MaskHistory;

  private model: ModelOut | null = null;
  private photo: { imageId: string; guide: Guide } | null = null;
  private imageBefore: ImageAtHand | null = null;
  private opening: Promise<void> = Promise.resolve();
  private decoding = false;
  /** Counts drafts, so that an answer for one is never taken for another's. */
  private drafts = 0;
  private keeper: DraftKeeper | null = null;
  /** Where the next click would be; null when it has its preview, or nobody points at anything. */
  private pointedAt: PointPrompt | null = null;
  /** The last place that was pointed at, and the mask in the making then. */
  private hovered: { at: PointPrompt; draft: Draft } | null = null;
  private accepting: Promise<void> | null = null;
  private acceptWhenAnswered = false;
  private stroke: Stroke | null = null;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly delay = new ClickDelay();

  constructor(
    private readonly decoder: DecoderClient,
    readonly outbox: Outbox,
    private readonly db: IDBPDatabase<WorkDb>,
  ) {
    this.preparation = new Preparation(decoder, this.store, () => void this.decodeNext());
    this.history = new MaskHistory(db, outbox, this.saved, this.store);
    // Kept work must hold what was done in the last moments as well.
    window.addEventListener("pagehide", () => void this.keepDraftNow());
    document.addEventListener("visibilitychange", () => this.noteVisibility());
    this.store.subscribe(({ outline }, before) => {
      if (outline !== before.outline) this.keepDraftSoon();
    });
  }

  get maskThreshold(): number {
    return this.model?.mask_threshold ?? 0;
  }

  get state(): AnnotatorState {
    return this.store.getState();
  }

  // ---- image and model -------------------------------------------------------------------------------------

  /** Makes an image the one at hand; the half-made mask of the one before is kept for its return. */
  open(image: ImageAtHand, model: ModelOut): Promise<void> {
    // One after the other, however fast somebody pages through the images.
    this.opening = this.opening.then(() => this.show(image, model));
    return this.opening.then(() => this.preparation.load(model));
  }

  private async show(image: ImageAtHand, model: ModelOut): Promise<void> {
    await this.putAway();
    const layers = createLayers(image.width, image.height);
    const keeper = new DraftKeeper(this.db, image, model.decoder_digest);
    const kept = await keeper.restore(layers);
    this.model = model;
    this.layers = layers;
    this.keeper = keeper;
    this.store.setState({
      image: { id: image.id, width: image.width, height: image.height },
      draft: kept?.draft ?? EMPTY_DRAFT,
      outline: kept?.outline ?? null,
      tool: kept?.outline ? toolOf(kept.outline) : this.state.tool,
      time: kept ? { countedMs: kept.countedMs, lastInputAt: performance.now(), begun: true } : NO_TIME,
      cursor: this.state.cursor && middleOf(image),
      brushPx: brushForImage(this.state.brushPx, this.imageBefore, image),
      hiddenIds: readHidden(image.id),
      decoder: { phase: "waiting", progress: 0, message: null },
    });
    this.imageBefore = image;
    await this.history.open(image.id);
    this.redecode();
    this.onPixels(null);
  }

  /** The colours of an image's picture, as soon as it is there, for outlines to follow. */
  setPixels(image: ImageAtHand, pixels: ImageData): void {
    const guide = new Guide(pixels, image);
    // Now, so that the first click does not wait for it.
    if (this.model) guide.cells(this.model.image_size / LOW_RES_PX);
    this.photo = { imageId: image.id, guide };
    this.redecode();
  }

  /** The colours of the image at hand; null while its picture loads. */
  get guide(): Guide | null {
    return this.photo && this.photo.imageId === this.state.image?.id ? this.photo.guide : null;
  }

  /** No image is at hand any more: the page was left. */
  close(): Promise<void> {
    this.opening = this.opening.then(() => this.putAway());
    return this.opening;
  }

  private async putAway(): Promise<void> {
    await this.accepting;
    const kept = this.keepDraftNow();
    this.keeper = null;
    this.layers = null;
    this.saved.clear();
    this.stroke = null;
    this.acceptWhenAnswered = false;
    this.delay.clear();
    this.drafts += 1;
    this.store.setState({
      image: null,
      draft: EMPTY_DRAFT,
      time: NO_TIME,
      stroking: false,
      moving: null,
      preview: null,
      outline: null,
      clickToMaskMs: null,
      ...NOTHING_SELECTED,
      hoveredId: null,
      hiddenIds: new Set(),
      maskSteps: [],
      hint: null,
      pictureFailed: null,
      decoder: { phase: "waiting", progress: 0, message: null },
    });
    this.onPixels(null);
    await kept;
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
    this.delay.asked(this.state.draft.nextAskId, eventTime);
    this.change(addPoint(this.state.draft, point), pointEvent(point));
  }

  movePoint(index: number, to: Pixel): void {
    this.change(movePoint(this.state.draft, index, to), ["move", index, to.x, to.y]);
  }

  removePoint(index: number): void {
    this.change(removePoint(this.state.draft, index), ["remove", index]);
  }

  removeLastPoint(): void {
    this.removePoint(askOf(this.state.draft).points.length - 1);
  }

  setBox(box: Box, eventTime: number): void {
    this.delay.asked(this.state.draft.nextAskId, eventTime);
    this.change(setBox(this.state.draft, box), boxEvent(box));
  }

  stepCandidate(by: 1 | -1): void {
    this.chooseCandidate(candidateBeside(this.state.draft, by));
  }

  chooseCandidate(candidate: number): void {
    this.change(chooseCandidate(this.state.draft, candidate), ["choose", candidate]);
  }

  togglePreviewing(): void {
    this.store.setState(({ previewing }) => ({ previewing: !previewing, preview: null }));
  }

  /** Where the next click would be (null: nowhere): its mask is shown before the click. */
  point(pointed: PointPrompt | null): void {
    const at = this.state.readOnly === null ? pointed : null;
    const { draft } = this.state;
    // A click begins with a move to where the pointer is: a preview of that again would hold the click up.
    if (at && this.hovered && isSamePoint(at, this.hovered.at) && draft === this.hovered.draft) return;
    this.hovered = at && { at, draft };
    this.pointedAt = at;
    if (!at && this.state.preview) this.store.setState({ preview: null });
    if (at) void this.decodeNext();
  }

  undo(): void {
    if (this.layers) this.change(undo(this.state.draft, this.layers), ["undo"], this.layers.paintBounds);
  }

  redo(): void {
    if (this.layers) this.change(redo(this.state.draft, this.layers), ["redo"], this.layers.paintBounds);
  }

  /** Corrects a saved mask: it is the mask in the making until it is accepted or let go as it was. */
  refine(mask: ListedMask): void {
    const shape = this.saved.get(mask.id);
    if (!this.layers || !this.model || !shape || isBegun(this.state.draft)) return;
    const logits = maskPrompt(shape, this.layers, this.model.image_size / LOW_RES_PX);
    const draft = refining({ mask, shape }, logits);
    this.store.setState({ ...NOTHING_SELECTED, draft, time: begin(NO_TIME, performance.now()), hint: null });
    this.showSaved();
    this.redecode();
    this.keepDraftSoon();
  }

  /** Throws the mask in the making away. */
  cancel(): void {
    this.resetDraft();
    void this.keepDraftNow();
  }

  startStroke(value: PaintValue, at: StrokePoint): void {
    if (!this.layers || this.accepting) return;
    this.acceptWhenAnswered = false;
    const { brushPx, brushShape } = this.state;
    this.stroke = new Stroke(this.layers, value, brushShape, brushPx);
    this.store.setState({ stroking: true, hint: null, time: begin(this.state.time, performance.now()) });
    this.extendStroke([at]);
  }

  extendStroke(places: StrokePoint[]): void {
    for (const place of places) if (this.stroke) this.onPixels(this.stroke.extend(place));
  }

  endStroke(): void {
    if (!this.stroke) return;
    const { delta, event } = this.stroke;
    this.stroke = null;
    this.store.setState({ stroking: false });
    this.change(addStroke(this.state.draft, delta), event);
  }

  cancelStroke(): void {
    if (!this.stroke) return;
    this.onPixels(this.stroke.cancel());
    this.stroke = null;
    this.store.setState({ stroking: false });
  }

  /**
   * One edit of the mask in the making, undone as a whole: `paint` changes the paint layer and says how.
   * `nothing` is said when there was nothing to change.
   */
  edit(paint: (layers: MaskLayers) => StrokeDelta, nothing: string): void {
    if (this.accepting) {
      void this.accepting.then(() => this.edit(paint, nothing));
      return;
    }
    if (!this.layers) return;
    const delta = paint(this.layers);
    if (delta.tiles.size === 0) this.store.setState({ hint: nothing });
    else this.change(addStroke(this.state.draft, delta), paintEvent(this.layers, delta), delta.bounds);
  }

  /** Every change of the draft goes through here: clock, pixels, decoder and kept copy follow. */
  private change(changed: Draft, event: Event, repainted: Rect = EMPTY_RECT): void {
    const before = this.state.draft;
    if (changed === before) return;
    this.acceptWhenAnswered = false;
    this.pointedAt = null;
    if (event[0] !== "undo" && event[0] !== "redo") this.history.forgetUndone();
    const time = begin(this.state.time, performance.now());
    const ms = activeMs(time, performance.now());
    const { tool, finish } = this.state;
    const shownSo = setFinish(changed, finish);
    const begun = shownSo === changed ? changed : logged(shownSo, ms, tool, finishEvent(finish));
    const draft = logged(begun, ms, tool, event);
    // The keys that act on selected masks act on the new one from here on.
    const selection = isUntouched(before) ? NOTHING_SELECTED : {};
    this.store.setState({ ...selection, draft, hint: null, time, preview: null });
    this.onPixels(repainted);
    if (shownPrediction(draft) !== shownPrediction(before) || draft.finish !== before.finish) this.redecode();
    this.keepDraftSoon();
    void this.decodeNext();
  }

  private redecode(now = false): void {
    if (!this.layers) return;
    this.onPixels(showAnswer(this.layers, this.state.draft, this.maskThreshold, this.guide), now);
  }

  /** Has this mask and later ones shown in another way. */
  setFinish(changed: Partial<Finish>): void {
    const finish = { ...this.state.finish, ...changed };
    this.store.setState({ finish, preview: null });
    const { draft, time, tool } = this.state;
    if (!hasPrompts(draft) || setFinish(draft, finish) === draft) return;
    const ms = activeMs(time, performance.now());
    this.store.setState({ draft: logged(setFinish(draft, finish), ms, tool, finishEvent(finish)) });
    this.redecode();
    this.keepDraftSoon();
  }

  // ---- decoder ---------------------------------------------------------------------------------------------

  /**
   * One run in flight; when it ends the draft says what to ask next, so the latest prompt wins and prompts that
   * were overtaken are never run. Previews wait until nothing else is asked.
   */
  private async decodeNext(): Promise<void> {
    const { image, draft, decoder } = this.state;
    if (this.decoding || !image || decoder.phase !== "ready") return;
    const request = nextRequest(draft);
    const previewed = request ? null : this.takePointedAt();
    if (!request && !previewed) return;
    const { drafts } = this;
    const prompt = request?.prompt ?? nextClick(draft, previewed as PointPrompt);
    this.decoding = true;
    try {
      const answer = await this.decoder.decode({
        imageId: image.id,
        imageWidth: image.width,
        imageHeight: image.height,
        ...prompt,
        detail: request ? "full" : "preview",
      });
      if (request && this.drafts === drafts) this.take(request, answer);
      if (!request && this.state.draft === draft) this.showPreview(answer, prompt, image);
    } catch (error) {
      this.preparation.fail(image.id, error);
    } finally {
      this.decoding = false;
    }
    void this.decodeNext();
  }

  private takePointedAt(): PointPrompt | null {
    const at = this.state.previewing ? this.pointedAt : null;
    this.pointedAt = null;
    return at;
  }

  private showPreview(
    { candidates }: Decoded,
    prompt: Prompt,
    image: { width: number; height: number },
  ): void {
    const [candidate] = candidates;
    const share = this.state.finish.specksPercent / 100;
    const preview = candidate && dropSpecks(candidate.logits, prompt, image, this.maskThreshold, share);
    this.store.setState({ preview: preview ?? null });
  }

  private take({ askId, refined, candidate }: DecodeRequest, answer: Decoded): void {
    const before = shownPrediction(this.state.draft);
    const { time, tool } = this.state;
    const draft = logged(
      setAnswer(this.state.draft, askId, bySize(answer.candidates, this.maskThreshold)),
      activeMs(time, performance.now()),
      tool,
      ["answer", askId, refined, candidate],
    );
    this.store.setState({ draft });
    const isShown = shownPrediction(draft) !== before;
    this.delay.answered(askId, answer.runMs, isShown);
    // At once: the panels' own rendering comes before the next frame as well, and nobody waits for that.
    if (isShown) this.redecode(true);
    this.keepDraftSoon();
    if (this.acceptWhenAnswered && !nextRequest(draft)) this.accept();
  }

  /** The canvas has drawn what it was told to. */
  noteDrawn(): void {
    this.delay.drawn();
  }

  /** So has the screen. */
  notePainted(): void {
    const clickToMaskMs = this.delay.painted();
    if (clickToMaskMs !== null) this.store.setState({ clickToMaskMs });
  }

  // ---- accepting and saved masks ---------------------------------------------------------------------------

  /** Saves the mask in the making; one that still waits for the decoder is saved as soon as it is answered. */
  accept(): void {
    const { draft, image, project } = this.state;
    if (!this.layers || !image || this.accepting || isUntouched(draft)) return;
    if (!project) {
      this.store.setState({ hint: "The project's settings are still loading. Accept again in a moment." });
      return;
    }
    if (nextRequest(draft) && this.state.decoder.phase !== "failed") {
      this.acceptWhenAnswered = true;
      if (this.state.decoder.phase !== "ready") {
        this.store.setState({ hint: "It is saved as soon as the model has answered your last click." });
      }
      return;
    }
    if (draft.finish.followEdges && shownPrediction(draft) && !this.guide) {
      this.store.setState({ hint: "The picture is still loading. Accept again in a moment." });
      return;
    }
    const shape = finalCut(this.layers, finalBounds(this.layers));
    if (areaPx(shape) === 0) {
      this.store.setState({
        hint: "The mask is empty, so there is nothing to save. Click the object, or paint it with the brush ({tool-brush}).",
      });
      return;
    }
    if (project.overlap_rule !== "allow" && !this.saved.isComplete) {
      this.store.setState({ hint: "The image's other masks are still loading. Accept again in a moment." });
      return;
    }
    const accepted = acceptedMask(draft, shape, {
      imageId: image.id,
      modelId: this.model?.id ?? null,
      labelId: this.state.newLabelId,
      activeMs: activeMs(this.state.time, performance.now()),
    });
    const changes = saveChanges(project.overlap_rule, [accepted], this.saved.all(), image);
    if (changes.length === 0) {
      this.store.setState({ hint: "Other masks cover all of it, so there is nothing left to save." });
      return;
    }
    const deletedIds = changes.flatMap(({ kind, maskId }) => (kind === "delete" ? maskId : []));
    const covered = this.saved.pick(deletedIds).map(({ mask }) => mask);
    clearTimeout(this.draftTimer);
    this.accepting = this.history
      .do(draft.start ? "mask corrected" : "mask accepted", changes, true)
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
    showUndo(`${which} deleted`, () => {
      void this.history.do("covered masks brought back", restorations(masks));
    });
  }

  private resetDraft(): void {
    if (!this.layers) return;
    clearTimeout(this.draftTimer);
    this.stroke = null;
    this.acceptWhenAnswered = false;
    this.delay.clear();
    this.drafts += 1;
    this.pointedAt = null;
    this.keeper?.startOver();
    const { start } = this.state.draft;
    this.store.setState({
      draft: EMPTY_DRAFT,
      time: NO_TIME,
      stroking: false,
      moving: null,
      preview: null,
      clickToMaskMs: null,
      hint: null,
    });
    this.onPixels(clearLayers(this.layers));
    if (start) this.showSaved();
  }

  /** Shows the decoded masks that are not hidden on the canvas. */
  showSaved(): void {
    if (!this.layers) return;
    const { hiddenIds, draft } = this.state;
    // The one that is being corrected is the mask in the making.
    const hidden = draft.start ? new Set([...hiddenIds, draft.start.mask.id]) : hiddenIds;
    this.saved.show(hidden, this.layers.width, this.layers.height);
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
    else void this.outbox.send();
  }

  private keepDraftSoon(): void {
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => void this.keepDraftNow(), KEEP_DRAFT_AFTER_MS);
  }

  private async keepDraftNow(): Promise<void> {
    clearTimeout(this.draftTimer);
    const { draft, outline, time } = this.state;
    if (!this.layers || !this.keeper || this.accepting) return;
    const { keeper, layers, stroke } = this;
    const work = { draft, outline, countedMs: activeMs(time, performance.now()) };
    const keep = () => keeper.keep(work, layers);
    // A stroke that is still being drawn is no step yet.
    await (stroke ? stroke.without(keep) : keep());
  }
}

function middleOf({ width, height }: ImageAtHand): Pixel {
  return { x: Math.floor(width / 2), y: Math.floor(height / 2) };
}

function isSamePoint(a: PointPrompt, b: PointPrompt): boolean {
  return a.x === b.x && a.y === b.y && a.label === b.label;
}
