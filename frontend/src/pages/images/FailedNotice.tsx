import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ImageOut } from "../../api/types";
import classes from "./ImagesPage.module.css";

const route = getRouteApi("/images");

/** Names the first failed image and why, wherever in the list it is. */
export function FailedNotice({ images, isShown }: { images: ImageOut[]; isShown: boolean }) {
  const navigate = route.useNavigate();
  const failed = images.filter((image) => image.embedding.state === "failed");
  const first = failed[0];
  if (!first || isShown) return null;
  return (
    <div className={`${classes.strip} ${classes.notice} ${classes.failed}`} role="alert">
      <IconAlertTriangle size={18} />
      <span>
        <b>{first.name}</b> has no embedding: {first.embedding.error}
        {failed.length > 1 && <span className={classes.quiet}> And {failed.length - 1} more.</span>}
      </span>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void navigate({ search: { state: "failed" } })}
      >
        Show failed
      </Button>
    </div>
  );
}
