import { useEffect, useRef, useState } from "react";
import { access } from "../../api/access";
import { errorText } from "../../api/errors";
import type { ImageDetail } from "../../api/types";
import type { Annotator } from "../Annotator";
import type { Pictures } from "../canvas/Pictures";
import { Pointer } from "../canvas/Pointer";
import { type Picture, pixelsOf } from "../canvas/picture";
import { Stage } from "../canvas/Stage";
import { Minimap } from "./Minimap";
import classes from "./panels.module.css";

interface Props {
  annotator: Annotator;
  pictures: Pictures;
  image: ImageDetail | undefined;
}

/** The place of the canvases. They are drawn by Stage and listened to by Pointer; React only gives them room. */
export function CanvasView({ annotator, pictures, image }: Props) {
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

  const picture = usePicture(annotator, stage, pictures, image);

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
  pictures: Pictures,
  image: ImageDetail | undefined,
): Picture | null {
  const [drawn, setDrawn] = useState<Picture | null>(null);
  const [tries, setTries] = useState(1);
  const id = image?.id;
  const url = image?.picture_url;
  const width = image?.width;
  const height = image?.height;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try is another load.
  useEffect(() => {
    if (!stage || !id || !url || !width || !height) return;
    let isAtHand = true;
    pictures
      .get({ picture_url: url, width, height })
      .then((picture) => {
        if (!isAtHand) return;
        stage.setPicture(picture);
        annotator.setPixels({ id, width, height }, pixelsOf(picture));
        setDrawn(picture);
      })
      .catch((error) => {
        if (isAtHand) annotator.store.setState({ pictureFailed: errorText(error) });
      });
    return () => {
      isAtHand = false;
      stage.setPicture(null);
      setDrawn(null);
    };
  }, [annotator, stage, pictures, id, url, width, height, tries]);

  // Nobody was signed in who could have got it.
  useEffect(
    () =>
      access.subscribe(({ state }) => {
        if (state !== "in" || annotator.state.pictureFailed === null) return;
        annotator.store.setState({ pictureFailed: null });
        setTries((before) => before + 1);
      }),
    [annotator],
  );
  return drawn;
}
