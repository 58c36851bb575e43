import { useEffect, useRef, useState } from "react";
import { errorText } from "../../api/errors";
import type { ImageDetail } from "../../api/types";
import type { Annotator } from "../Annotator";
import { Pointer } from "../canvas/Pointer";
import { closePicture, loadPicture, type Picture } from "../canvas/picture";
import { Stage } from "../canvas/Stage";
import { Minimap } from "./Minimap";
import classes from "./panels.module.css";

interface Props {
  annotator: Annotator;
  image: ImageDetail | undefined;
}

/** The place of the canvases. They are drawn by Stage and listened to by Pointer; React only gives them room. */
export function CanvasView({ annotator, image }: Props) {
  const host = useRef<HTMLElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);

  useEffect(() => {
    if (!host.current) return;
    const made = new Stage(host.current, annotator);
    const pointer = new Pointer(host.current, made, annotator);
    setStage(made);
    return () => {
      pointer.destroy();
      made.destroy();
    };
  }, [annotator]);

  const picture = usePicture(annotator, stage, image);

  return (
    <>
      <section
        ref={host}
        className={classes.canvas}
        // The canvas takes the keyboard, so that keys and Space act on it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is the interactive part of this page.
        tabIndex={0}
        aria-label={image ? `Picture ${image.name}` : "Picture"}
        data-testid="canvas"
      />
      {picture && <Minimap annotator={annotator} picture={picture} />}
    </>
  );
}

function usePicture(
  annotator: Annotator,
  stage: Stage | null,
  image: ImageDetail | undefined,
): Picture | null {
  const [drawn, setDrawn] = useState<Picture | null>(null);
  const url = image?.picture_url;
  const width = image?.width;
  const height = image?.height;
  useEffect(() => {
    if (!stage || !url || !width || !height) return;
    const abort = new AbortController();
    let shown: Picture | null = null;
    loadPicture(url, { width, height }, abort.signal).then(
      (picture) => {
        shown = picture;
        if (abort.signal.aborted) {
          closePicture(picture);
          return;
        }
        stage.setPicture(picture);
        setDrawn(picture);
      },
      (error) => {
        if (!abort.signal.aborted) annotator.store.setState({ pictureFailed: errorText(error) });
      },
    );
    return () => {
      abort.abort();
      stage.setPicture(null);
      setDrawn(null);
      if (shown) closePicture(shown);
    };
  }, [annotator, stage, url, width, height]);
  return drawn;
}
