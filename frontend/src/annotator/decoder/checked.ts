import { errorText } from "../../api/errors";
import { DecoderGraphs } from "./graph";
import type { GraphicsUse, Loaded } from "./protocol";
import { graphicsRuntime, hasGraphicsCard, processorRuntime, type Runtime } from "./runtime";

// Logits are in the tens. Runtimes add up in another order, which moves them by less than a thousandth.
const LARGEST_DIFFERENCE = 0.02;
// The processor answers a click in half that time on an ordinary laptop (docs/performance.md).
const SLOWEST_CLICK_MS = 100;

/**
 * The decoder where it is faster: on the graphics card when there is one that gives the known answer in good
 * time, else on the processor. Throws an Error for the person at the screen when neither gives it.
 */
export async function loadChecked(
  file: Uint8Array,
  threads: number,
  use: GraphicsUse,
): Promise<{ graphs: DecoderGraphs; loaded: Loaded }> {
  let objection: string | null = null;
  if (use === "always" || (use === "auto" && (await hasGraphicsCard()))) {
    try {
      const { graphs, clickMs } = await tryOut(file, await graphicsRuntime());
      objection = use === "auto" && clickMs > SLOWEST_CLICK_MS ? slow(clickMs) : null;
      if (!objection) return { graphs, loaded: { provider: "webgpu", objection } };
      await graphs.release();
    } catch (error) {
      objection = `The graphics card could not run the decoder, so the processor does: ${errorText(error)}`;
    }
  }
  const { graphs } = await tryOut(file, await processorRuntime(threads));
  return { graphs, loaded: { provider: "wasm", objection } };
}

/** Throws an Error when the known answer is another one. The first runs, which are slow, are over afterwards. */
async function tryOut(
  file: Uint8Array,
  runtime: Runtime,
): Promise<{ graphs: DecoderGraphs; clickMs: number }> {
  const graphs = await DecoderGraphs.load(file, runtime);
  const { difference, clickMs } = await graphs.tryOut();
  if (!(difference <= LARGEST_DIFFERENCE)) {
    await graphs.release();
    throw new Error(
      `The decoder's masks are wrong in this browser (off by ${difference.toPrecision(2)}). Update it or its driver.`,
    );
  }
  return { graphs, clickMs };
}

function slow(clickMs: number): string {
  return `The graphics card takes ${Math.round(clickMs)} ms for a click, so the decoder runs on the processor.`;
}
