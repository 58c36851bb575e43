import { useEffect, useRef } from "react";
import type { Rgb } from "../masks/palette";
import type { CutMask } from "../masks/rle";
import { silhouette } from "../masks/silhouette";
import classes from "./maskList.module.css";

const SIZE_PX = 80;

/** The mask's shape in its colour. */
export function MaskThumbnail({ mask, colour }: { mask: CutMask; colour: Rgb }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(silhouette(mask, SIZE_PX, colour), 0, 0);
  }, [mask, colour]);
  return <canvas ref={canvas} width={SIZE_PX} height={SIZE_PX} className={classes.thumbnail} />;
}
