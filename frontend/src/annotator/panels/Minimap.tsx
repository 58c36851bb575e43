import { useEffect, useRef } from "react";
import type { Annotator } from "../Annotator";
import { pictureFilter } from "../canvas/PictureFilter";
import type { Picture } from "../canvas/picture";
import { centreOn, isFarIn, type Size, visiblePart } from "../canvas/view";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./view.module.css";

const LONGER_SIDE_PX = 168;

/** Where in the picture one is, as soon as that is no longer plain to see. A drag moves the view. */
export function Minimap({ annotator, picture }: { annotator: Annotator; picture: Picture }) {
  const view = useAnnotatorState(annotator, (state) => state.view);
  const screen = useAnnotatorState(annotator, (state) => state.screen);
  const image = useAnnotatorState(annotator, (state) => state.image);
  if (!image || !isFarIn(view, image, screen)) return null;
  const scale = LONGER_SIDE_PX / Math.max(image.width, image.height);
  const part = visiblePart(view, screen);

  function moveTo(event: React.PointerEvent<HTMLElement>) {
    if (!image || event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const place = { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
    annotator.store.setState((state) => ({ view: centreOn(state.view, place, image, state.screen) }));
  }

  return (
    <div
      className={classes.minimap}
      style={{ width: image.width * scale, height: image.height * scale }}
      onPointerDown={moveTo}
      onPointerMove={moveTo}
      // The keyboard has the arrow keys for it.
      aria-hidden="true"
      data-testid="minimap"
    >
      <Thumbnail annotator={annotator} picture={picture} image={image} scale={scale} />
      <div
        className={classes.minimapPart}
        style={{
          left: part.x * scale,
          top: part.y * scale,
          width: part.width * scale,
          height: part.height * scale,
        }}
        data-testid="minimap-part"
      />
    </div>
  );
}

interface ThumbnailProps {
  annotator: Annotator;
  picture: Picture;
  image: Size;
  scale: number;
}

function Thumbnail({ annotator, picture, image, scale }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const adjustment = useAnnotatorState(annotator, ({ display }) => display.adjustment);
  const ratio = window.devicePixelRatio;
  const width = Math.max(1, Math.round(image.width * scale * ratio));
  const height = Math.max(1, Math.round(image.height * scale * ratio));
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    const smallest = picture.levels.at(-1);
    if (!context || !smallest) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(smallest, 0, 0, width, height);
  }, [picture, width, height]);
  return <canvas ref={canvas} width={width} height={height} style={{ filter: pictureFilter(adjustment) }} />;
}
