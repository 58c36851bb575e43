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
// Proposals, which nobody has taken yet.
const PROPOSED_FILL_SHARE = 0.35;
const SELECTED_PROPOSED_FILL_SHARE = 0.9;
const DIMMED = abgr([0, 0, 0], 0xb8);

function abgr([red, green, blue]: Rgb, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Which colour each mask has. */
export type ColourPlan = ReadonlyMap<string, Rgb>;

/**
 * Gives each mask a colour: that of its label if it is in `given`. Others that have one of the palette keep it, and
 * new ones get the colour that is used least.
 */
export function planColours(
  before: ColourPlan,
  maskIds: readonly string[],
  given: ColourPlan = new Map(),
): ColourPlan {
  const plan = new Map<string, Rgb>();
  const uses = new Map(SAVED.map((colour) => [colour, 0]));
  const give = (id: string, colour: Rgb) => {
    plan.set(id, colour);
    uses.set(colour, (uses.get(colour) ?? 0) + 1);
  };
  for (const id of maskIds) {
    const colour = given.get(id) ?? before.get(id);
    if (colour && (given.has(id) || SAVED.includes(colour))) give(id, colour);
  }
  for (const id of maskIds) if (!plan.has(id)) give(id, leastUsed(uses));
  return plan;
}

export function colourOf(plan: ColourPlan, maskId: string): Rgb {
  return plan.get(maskId) ?? (SAVED[0] as Rgb);
}

/** A colour as project settings hold it, `#rrggbb`. */
export function rgbOf(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** The palette as project settings hold colours. */
export const PALETTE: readonly string[] = SAVED.map(
  (colour) => `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`,
);

function leastUsed(uses: ReadonlyMap<Rgb, number>): Rgb {
  const fewest = Math.min(...SAVED.map((colour) => uses.get(colour) ?? 0));
  return SAVED.find((colour) => (uses.get(colour) ?? 0) === fewest) as Rgb;
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

/** Colours for masks in the order of the label map; selected ones are tinted more strongly, proposed ones less. */
export function overlayColours(
  plan: ColourPlan,
  maskIds: readonly string[],
  selected: ReadonlySet<string>,
  { fillOpacity, spotlit }: MaskLook,
  proposed: ReadonlySet<string> = new Set(),
): OverlayColours {
  const shareOf = (id: string) => {
    if (proposed.has(id)) return selected.has(id) ? SELECTED_PROPOSED_FILL_SHARE : PROPOSED_FILL_SHARE;
    return selected.has(id) ? SELECTED_FILL_SHARE : FILL_SHARE;
  };
  const isDimmed = (id: string) => spotlit !== null && spotlit !== id;
  const fills = Uint32Array.from(maskIds, (id) => {
    return isDimmed(id) ? DIMMED : abgr(colourOf(plan, id), alphaOf(fillOpacity * shareOf(id)));
  });
  const dashed = maskIds.map((id) => proposed.has(id));
  const edges = Uint32Array.from(maskIds, (id) => {
    if (isDimmed(id)) return DIMMED;
    return selected.has(id) ? 0xffffffff : abgr(colourOf(plan, id), 0xff);
  });
  return {
    ground: spotlit === null ? 0 : DIMMED,
    fill: (label) => fills[label - 1] as number,
    edge: (label) => edges[label - 1] as number,
    isDashed: (label) => dashed[label - 1] as boolean,
    currentFill: abgr(CURRENT, alphaOf(fillOpacity)),
    currentEdge: abgr([210, 234, 255], 0xff),
    halo: abgr([0, 0, 0], 0x99),
  };
}

function alphaOf(opacity: number): number {
  return Math.round(255 * Math.min(1, opacity));
}
