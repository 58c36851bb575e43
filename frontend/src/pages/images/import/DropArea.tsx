import { Text } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import classes from "./DropArea.module.css";
import { droppedFiles } from "./dropped";
import { startImport } from "./importStore";
import { shownBatch } from "./shownBatch";

/** Takes files dropped anywhere on the page, and shows that it would while they hover. */
export function DropArea() {
  const router = useRouter();
  const [isOver, setOver] = useState(false);

  useEffect(() => {
    // dragenter and dragleave come for every element on the way; only the difference tells.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const move = (step: number) => (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += step;
      setOver(depth > 0);
    };
    const enter = move(1);
    const leave = move(-1);
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void droppedFiles(event.dataTransfer).then((files) => startImport(files, shownBatch(router.state)));
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, [router]);

  if (!isOver) return null;
  return (
    <div className={classes.overlay}>
      <div className={classes.frame}>
        <IconPhotoPlus size={44} stroke={1.4} />
        <Text fw={600} size="lg">
          Drop to import
        </Text>
        <Text c="dimmed" size="sm">
          Photos, folders of photos, or .zip archives
        </Text>
      </div>
    </div>
  );
}
