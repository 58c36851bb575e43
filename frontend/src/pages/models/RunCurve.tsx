import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { errorText } from "../../api/errors";
import { trainingPointsQuery } from "../../api/queries";
import charts from "../../charts/charts.module.css";
import { Figure } from "../../charts/Figure";
import { LinePlot } from "../../charts/plots";

/** What a run told of its steps: the loss, and the IoU after the last prompt of a simulated annotator. */
export function RunCurve({ runId, isGoingOn }: { runId: string; isGoingOn: boolean }) {
  const { data: points, error } = useQuery(trainingPointsQuery(runId, isGoingOn));
  if (!points && error)
    return (
      <Text size="sm" c="var(--bad)" role="alert">
        {errorText(error)}
      </Text>
    );
  if (!points || points.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {isGoingOn ? "The curve begins with the first steps of training." : "It ended before its first step."}
      </Text>
    );
  return (
    <div className={charts.figures}>
      <Curve title="Loss" points={points.map(({ minutes, loss }) => ({ minutes, value: loss }))} />
      <Curve
        title="IoU while training"
        points={points.map(({ minutes, iou_by_round }) => ({ minutes, value: iou_by_round.at(-1) ?? 0 }))}
      />
    </div>
  );
}

interface Point {
  minutes: number;
  value: number;
}

function Curve({ title, points }: { title: string; points: Point[] }) {
  const last = points.at(-1);
  const value = last?.value.toFixed(3);
  return (
    <Figure title={title} value={value}>
      <LinePlot
        text={`${title}, ${value} after ${last?.minutes.toFixed(1)} minutes`}
        data={points.map((point) => ({ ...point }))}
        x="minutes"
        isXNumber
        series={[{ name: "value", label: title, color: "var(--accent)" }]}
        format={(step) => step.toLocaleString("en", { maximumFractionDigits: 3 })}
        xFormat={(minutes) => `${Number(minutes).toLocaleString("en", { maximumFractionDigits: 1 })} min`}
        height={170}
      />
    </Figure>
  );
}
