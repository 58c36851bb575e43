import type { OverlayColours } from "./overlay";

export type Rgb = readonly [red: number, green: number, blue: number];

// Okabe and Ito's colours, which people with every common kind of colour vision can tell apart. Black is left out,
// and the two blues are kept for the mask in the making.
const SAVED: readonly Rgb[] = [
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [213, 94, 0],
];
export const CURRENT: Rgb = [64, 156, 255];

// How strongly masks are tinted beside the one in the making.
const FILL_SHARE = 0.9;
const SELECTED_FILL_SHARE = 1.625;
const DIMMED = abgr([0, 0, 0], 0xb8);

function abgr([red, green, blue]: Rgb, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Which colour each mask has: its place in the palette. */
export type ColourPlan = ReadonlyMap<string, number>;

/** Gives each mask a colour; those that have one keep it, new ones get the colour that is used least. */
export function planColours(before: ColourPlan, maskIds: readonly string[]): ColourPlan {
  const plan = new Map<string, number>();
  const uses = SAVED.map(() => 0);
  const give = (id: string, colour: number) => {
    plan.set(id, colour);
    uses[colour] = (uses[colour] as number) + 1;
  };
  for (const id of maskIds) {
    const kept = before.get(id);
    if (kept !== undefined) give(id, kept);
  }
  for (const id of maskIds) if (!plan.has(id)) give(id, uses.indexOf(Math.min(...uses)));
  return plan;
}

export function colourOf(plan: ColourPlan, maskId: string): Rgb {
  return SAVED[plan.get(maskId) ?? 0] as Rgb;
}

/** Stands for the mask in the making where saved masks are named by their ids. */
export const CURRENT_MASK = "current";

/** How masks are shown. */
export interface MaskLook {
  /** Of the mask in the making, 0 to 1; 0 leaves the outline alone. */
  fillOpacity: number;
  /** The one mask that is not dimmed, CURRENT_MASK or an id; null: none is. */
  spotlit: string | null;
}

/** Colours for masks in the order of the label map; the selected one is tinted more strongly. */
export function overlayColours(
  plan: ColourPlan,
  maskIds: readonly string[],
  selectedId: string | null,
  { fillOpacity, spotlit }: MaskLook,
): OverlayColours {
  const isDimmed = (id: string) => spotlit !== null && spotlit !== id;
  const fills = Uint32Array.from(maskIds, (id) => {
    const share = id === selectedId ? SELECTED_FILL_SHARE : FILL_SHARE;
    return isDimmed(id) ? DIMMED : abgr(colourOf(plan, id), alphaOf(fillOpacity * share));
  });
  const edges = Uint32Array.from(maskIds, (id) => {
    if (isDimmed(id)) return DIMMED;
    return id === selectedId ? 0xffffffff : abgr(colourOf(plan, id), 0xff);
  });
  return {
    ground: spotlit === null ? 0 : DIMMED,
    fill: (label) => fills[label - 1] as number,
    edge: (label) => edges[label - 1] as number,
    currentFill: abgr(CURRENT, alphaOf(fillOpacity)),
    currentEdge: abgr([210, 234, 255], 0xff),
    halo: abgr([0, 0, 0], 0x99),
  };
}

function alphaOf(opacity: number): number {
  return Math.round(255 * Math.min(1, opacity));
}
