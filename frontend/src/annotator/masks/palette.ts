import type { OverlayColours } from "./overlay";

export type Rgb = readonly [red: number, green: number, blue: number];

// Okabe and Ito's colours, which people with every common kind of colour vision can tell apart; black is left
// out, and blue is kept for the mask in the making.
const SAVED: readonly Rgb[] = [
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [213, 94, 0],
  [86, 180, 233],
];
const CURRENT: Rgb = [64, 156, 255];

const FILL_ALPHA = 0x5c;
const SELECTED_FILL_ALPHA = 0xa6;

function abgr([red, green, blue]: Rgb, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** The colour that belongs to a mask id, the same after every reload. */
export function colourOf(maskId: string): Rgb {
  let hash = 0;
  for (let i = 0; i < maskId.length; i++) hash = (hash * 31 + maskId.charCodeAt(i)) >>> 0;
  return SAVED[hash % SAVED.length] as Rgb;
}

/** Colours for masks in the order of the label map; the selected one is tinted more strongly. */
export function overlayColours(maskIds: string[], selectedId: string | null): OverlayColours {
  const fills = Uint32Array.from(maskIds, (id) =>
    abgr(colourOf(id), id === selectedId ? SELECTED_FILL_ALPHA : FILL_ALPHA),
  );
  const edges = Uint32Array.from(maskIds, (id) =>
    id === selectedId ? 0xffffffff : abgr(colourOf(id), 0xff),
  );
  return {
    fill: (label) => fills[label - 1] as number,
    edge: (label) => edges[label - 1] as number,
    currentFill: abgr(CURRENT, 0x66),
    currentEdge: abgr([210, 234, 255], 0xff),
    halo: abgr([0, 0, 0], 0x99),
  };
}
