import { type Adjustment, channelMatrix, isNeutral, transferTable } from "./adjustment";

const SVG = "http://www.w3.org/2000/svg";
const ID = "picture-adjustment";

/** What CSS's `filter` is to be for pictures on this page. */
export function pictureFilter(adjustment: Adjustment): string {
  // None at all where nothing is adjusted: then it costs nothing either.
  return isNeutral(adjustment) ? "none" : `url(#${ID})`;
}

/**
 * Shows pictures adjusted: a filter that the browser lays over their canvas when it puts the page together. The
 * cost is the window's pixels and not the photo's, nothing is drawn anew, and the canvas keeps its own colours.
 */
export class PictureFilter {
  private readonly svg = document.createElementNS(SVG, "svg");
  private readonly matrix = document.createElementNS(SVG, "feColorMatrix");
  private readonly functions = ["feFuncR", "feFuncG", "feFuncB"].map((name) =>
    document.createElementNS(SVG, name),
  );

  constructor(
    host: HTMLElement,
    private readonly picture: HTMLElement,
  ) {
    const filter = document.createElementNS(SVG, "filter");
    filter.id = ID;
    // The values as they are in the file, and no room around the picture.
    for (const [name, value] of Object.entries({
      "color-interpolation-filters": "sRGB",
      x: "0",
      y: "0",
      width: "1",
      height: "1",
    }))
      filter.setAttribute(name, value);
    const transfer = document.createElementNS(SVG, "feComponentTransfer");
    transfer.append(...this.functions);
    filter.append(this.matrix, transfer);
    this.svg.append(filter);
    this.svg.setAttribute("width", "0");
    this.svg.setAttribute("height", "0");
    this.svg.setAttribute("aria-hidden", "true");
    host.append(this.svg);
  }

  show(adjustment: Adjustment): void {
    this.matrix.setAttribute("values", channelMatrix(adjustment.channel));
    const table = transferTable(adjustment)
      .map((value) => value.toFixed(4))
      .join(" ");
    for (const element of this.functions) {
      element.setAttribute("type", "table");
      element.setAttribute("tableValues", table);
    }
    this.picture.style.filter = pictureFilter(adjustment);
  }

  remove(): void {
    this.svg.remove();
  }
}
