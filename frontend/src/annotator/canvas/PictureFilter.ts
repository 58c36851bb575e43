import { type Adjustment, channelMatrix, isNeutral, transferTable } from "./adjustment";

const SVG = "http://www.w3.org/2000/svg";
const ID = "picture-adjustment";

/** What CSS's `filter` is to be for pictures on this page. */
export function pictureFilter(adjustment: Adjustment): string {
  // None at all where nothing is adjusted: then it costs nothing either.
  return isNeutral(adjustment) ? "none" : `url(#${ID})`;
}

/**
 * The filter that pictures are drawn through. It works on the window's pixels and not the photo's, and only when the
 * picture is drawn: laid over the canvas by CSS it would run again at every frame of a stroke, which takes 50 ms on
 * 2244 x 1330 pixels without a graphics card.
 */
export class PictureFilter {
  private readonly svg = document.createElementNS(SVG, "svg");
  private readonly matrix = document.createElementNS(SVG, "feColorMatrix");
  private readonly functions = ["feFuncR", "feFuncG", "feFuncB"].map((name) =>
    document.createElementNS(SVG, name),
  );

  constructor(
    host: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
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
    // Safari draws through no filter, but lays one over.
    if (!("filter" in CanvasRenderingContext2D.prototype))
      this.canvas.style.filter = pictureFilter(adjustment);
  }

  remove(): void {
    this.svg.remove();
  }
}
