import type { IDBPDatabase } from "idb";
import type { SavedMasks } from "../masks/SavedMasks";
import type { AnnotatorStore } from "../state/store";
import type { ListedMask, NewMaskChange } from "./changes";
import { keysOf, type WorkDb } from "./database";
import { changesTo, type MaskStep, stepOf } from "./history";
import type { Outbox } from "./outbox";

/**
 * What was done to the saved masks of the image at hand, to be taken back and done again: kept on this computer, each
 * step together with its changes, until the image is submitted or skipped.
 */
export class MaskHistory {
  constructor(
    private readonly db: IDBPDatabase<WorkDb>,
    private readonly outbox: Outbox,
    private readonly saved: SavedMasks,
    private readonly store: AnnotatorStore,
  ) {}

  /** What an earlier visit did to the image at hand. */
  async open(imageId: string): Promise<void> {
    const maskSteps = await this.db.getAll("history", keysOf(imageId));
    if (this.store.getState().image?.id === imageId) this.store.setState({ maskSteps });
  }

  /** Does something to masks of the image at hand. `accepts`: it is the mask in the making that is saved. */
  async do(about: string, changes: readonly NewMaskChange[], accepts = false): Promise<MaskStep | null> {
    const [first] = changes;
    if (!first) return null;
    const step = stepOf(about, first.imageId, changes, this.listed());
    const { maskSteps } = this.store.getState();
    await this.outbox.keep(changes, { step, accepts, forgotten: maskSteps.filter(({ undone }) => undone) });
    this.note(step.imageId, (steps) => [...steps.filter(({ undone }) => !undone), step]);
    return step;
  }

  /** What was taken back cannot be done again: something new was begun after it. */
  forgetUndone(): void {
    const { maskSteps } = this.store.getState();
    const forgotten = maskSteps.filter(({ undone }) => undone);
    if (forgotten.length === 0) return;
    this.store.setState({ maskSteps: maskSteps.filter(({ undone }) => !undone) });
    for (const { imageId, id } of forgotten) void this.db.delete("history", [imageId, id]);
  }

  /** Takes a step back, or does it again; false when something else has changed its masks since. */
  async move(step: MaskStep, undone: boolean): Promise<boolean> {
    const changes = changesTo(undone ? "before" : "after", step, this.listed());
    if (!changes) return false;
    const moved = { ...step, undone };
    await this.outbox.keep(changes, { step: moved });
    this.note(step.imageId, (steps) => steps.map((other) => (other.id === step.id ? moved : other)));
    return true;
  }

  private listed(): ListedMask[] {
    return this.saved.all().map(({ mask }) => mask);
  }

  private note(imageId: string, change: (steps: readonly MaskStep[]) => MaskStep[]): void {
    this.store.setState(({ image, maskSteps }) =>
      image?.id === imageId ? { maskSteps: change(maskSteps) } : {},
    );
  }
}
