import { Progress, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { PublicModelOut } from "../../api/types";
import { bytesText } from "../../ui/amounts";
import classes from "./models.module.css";
import { downloadText, type Sample, speedOf, withSample } from "./publicTexts";

export function DownloadProgress({ item: { name, download, size_bytes } }: { item: PublicModelOut }) {
  const speed = useSpeed(Date.parse(download?.moved_at ?? ""), download?.bytes_done ?? 0);
  if (!download) return null;
  const { state, bytes_done } = download;
  const isPreparing = state === "running" && bytes_done >= size_bytes;
  const text = isPreparing
    ? "Checking and preparing the model"
    : state === "queued"
      ? "Waiting for a worker"
      : downloadText(bytes_done, size_bytes, speed);
  return <Bar name={name} share={bytes_done / size_bytes} isMoving={state === "running"} text={text} />;
}

export function UploadProgress({ item, sentShare }: { item: PublicModelOut; sentShare: number }) {
  const { name, size_bytes } = item;
  const text =
    sentShare < 1
      ? `Uploading: ${bytesText(sentShare * size_bytes)} of ${bytesText(size_bytes)}. Keep this tab open.`
      : "Checking the file";
  return <Bar name={name} share={sentShare} isMoving text={text} />;
}

function Bar(props: { name: string; share: number; isMoving: boolean; text: string }) {
  return (
    <div className={classes.wide}>
      <Progress
        value={100 * props.share}
        animated={props.isMoving}
        aria-label={`Progress of ${props.name}`}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {props.text}
      </Text>
    </div>
  );
}

/** Bytes a second, from what the page has seen of the download. */
function useSpeed(at: number, bytes: number): number | null {
  const samples = useRef<Sample[]>([]);
  const [speed, setSpeed] = useState<number | null>(null);
  useEffect(() => {
    if (Number.isNaN(at)) return;
    samples.current = withSample(samples.current, { at, bytes });
    setSpeed(speedOf(samples.current));
  }, [at, bytes]);
  return speed;
}
