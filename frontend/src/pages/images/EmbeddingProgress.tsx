import { Progress, Text } from "@mantine/core";
import type { Summary } from "../../api/types";
import classes from "./ImagesPage.module.css";
import { progressPercent, progressText } from "./progress";

export function EmbeddingProgress({ summary }: { summary: Summary }) {
  const text = progressText(summary);
  if (!text) return null;
  return (
    <div className={classes.strip}>
      <Text size="sm" role="status">
        {text}
      </Text>
      <Progress
        className={classes.progress}
        size="sm"
        value={progressPercent(summary)}
        aria-label="Embeddings computed"
      />
    </div>
  );
}
