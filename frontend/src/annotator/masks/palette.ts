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

const FILL_ALPHA = 0x5c;
const SELECTED_FILL_ALPHA = 0xa6;

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

/** Colours for masks in the order of the label map; the selected one is tinted more strongly. */
export function overlayColours(
  plan: ColourPlan,
  maskIds: readonly string[],
  selectedId: string | null,
): OverlayColours {
  const fills = Uint32Array.from(maskIds, (id) =>
    abgr(colourOf(plan, id), id === selectedId ? SELECTED_FILL_ALPHA : FILL_ALPHA),
  );
  const edges = Uint32Array.from(maskIds, (id) =>
    id === selectedId ? 0xffffffff : abgr(colourOf(plan, id), 0xff),
  );
  return {
    fill: (label) => fills[label - 1] as number,
    edge: (label) => edges[label - 1] as number,
    currentFill: abgr(CURRENT, 0x66),
    currentEdge: abgr([210, 234, 255], 0xff),
    halo: abgr([0, 0, 0], 0x99),
  };
}
