import { Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { errorText } from "../../api/errors";
import { trainingPointsQuery } from "../../api/queries";
import { line, type Point, scale, ticks } from "./chart";
import classes from "./models.module.css";

const HEIGHT = 150;
const TOP = 8;
const LEFT = 44;
const BOTTOM = 22;

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
    <div className={classes.charts}>
      <Curve title="Loss" points={points.map(({ minutes, loss }) => ({ x: minutes, y: loss }))} />
      <Curve
        title="IoU while training"
        points={points.map(({ minutes, iou_by_round }) => ({ x: minutes, y: iou_by_round.at(-1) ?? 0 }))}
      />
    </div>
  );
}

function Curve({ title, points }: { title: string; points: Point[] }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const steps = ticks(Math.max(...points.map(({ y }) => y)), 2);
  const minutes = points.at(-1)?.x ?? 0;
  const x = scale([0, minutes], [LEFT, Math.max(LEFT, width)]);
  const y = scale([0, steps.at(-1) ?? 1], [HEIGHT - BOTTOM, TOP]);
  const drawn = points.map((point) => ({ x: x(point.x), y: y(point.y) }));
  const last = points.at(-1)?.y.toFixed(3);
  return (
    <figure className={classes.chart}>
      <figcaption>
        {title}
        <b>{last}</b>
      </figcaption>
      <div ref={ref}>
        <svg
          className={classes.plot}
          height={HEIGHT}
          role="img"
          aria-label={`${title}, ${last} after ${minutes.toFixed(1)} minutes`}
        >
          {steps.map((step) => (
            <g key={step}>
              <line className={classes.grid} x1={LEFT} x2={width} y1={y(step)} y2={y(step)} />
              <text x={LEFT - 8} y={y(step) + 4} textAnchor="end">
                {step}
              </text>
            </g>
          ))}
          <path className={classes.line} d={line(drawn)} />
          <text x={LEFT} y={HEIGHT - 4}>
            0 min
          </text>
          <text x={width} y={HEIGHT - 4} textAnchor="end">
            {minutes.toFixed(1)} min
          </text>
        </svg>
      </div>
    </figure>
  );
}
