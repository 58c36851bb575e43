import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import classes from "./panels.module.css";

const SHOWN_MS = 10_000;

/** Says what was done and offers to take it back. */
export function showUndo(about: string, undo: () => void): void {
  const id = notifications.show({
    message: (
      <span className={classes.undoNotice}>
        {about}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </span>
    ),
    autoClose: SHOWN_MS,
  });
}
