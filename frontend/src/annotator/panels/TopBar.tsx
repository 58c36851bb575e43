import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ImageDetail } from "../../api/types";
import type { ActionContext } from "../actions/action";
import { nextImage, previousImage } from "../actions/images";
import { ActionButton } from "./ActionButton";
import { FlowBar, WorkChip } from "./FlowBar";
import classes from "./panels.module.css";
import { SaveState } from "./SaveState";

export function TopBar({ image, context }: { image: ImageDetail | undefined; context: ActionContext }) {
  return (
    <div className={classes.topBar}>
      <Anchor component={Link} to="/images" size="sm" c="dimmed" className={classes.back}>
        All images
      </Anchor>
      <div className={classes.pager}>
        <ActionButton action={previousImage} context={context} side="bottom" />
        <Text size="sm" fw={600} className={classes.counter} data-testid="image-counter">
          {image ? `${image.neighbours.position} / ${image.neighbours.total}` : " "}
        </Text>
        <ActionButton action={nextImage} context={context} side="bottom" />
      </div>
      <Text size="sm" truncate title={image?.name} component="h1" fw={500} className={classes.name}>
        {image?.name}
      </Text>
      {image && (
        <Text size="xs" c="dimmed" className={classes.dimensions}>
          {image.width} × {image.height}
        </Text>
      )}
      {image && <WorkChip image={image} />}
      <SaveState outbox={context.annotator.outbox} />
      {image && <FlowBar image={image} context={context} />}
    </div>
  );
}
