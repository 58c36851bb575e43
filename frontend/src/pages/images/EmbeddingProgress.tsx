import { Progress, Text } from "@mantine/core";
import type { Summary } from "../../api/types";
import { useNoWorker } from "../../api/workers";
import classes from "./ImagesPage.module.css";
import { progressPercent, progressText } from "./progress";

export function EmbeddingProgress({ summary }: { summary: Summary }) {
  const hasNoWorker = useNoWorker(summary.queued + summary.computing > 0);
  const text = progressText(summary, hasNoWorker);
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
