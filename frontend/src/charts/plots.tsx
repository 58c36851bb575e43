import "@mantine/charts/styles.css";
import { BarChart, ChartTooltip, LineChart } from "@mantine/charts";
import classes from "./charts.module.css";
import { ticksOf } from "./ticks";

const HEIGHT = 190;
const AXIS_WIDTH = 46;
/** With more points than that, dots would be a second line. */
const MOST_DOTS = 45;

export type Row = Record<string, string | number | null>;

export interface Series {
  /** Its key in the rows. */
  name: string;
  label: string;
  color: string;
  isDashed?: boolean;
}

/** A line across the plot: at an x that the data has, or at a height. */
export interface Mark {
  x?: string;
  y?: number;
  label: string;
}

interface Props {
  /** What the plot shows, in words: to those who do not see it, it is a picture with this text. */
  text: string;
  data: Row[];
  /** The key of what goes from left to right. */
  x: string;
  series: readonly Series[];
  format: (value: number) => string;
  /** Of the axis, where units need not be said again; plain numbers without it. */
  axisFormat?: (value: number) => string;
  xFormat?: (x: string) => string;
  marks?: readonly Mark[];
  /** At least so many pixels; a plot fills what its place has. */
  height?: number;
}

interface LineProps extends Props {
  /** Whether x is a number, so that points lie as far apart as their numbers; else they are evenly spaced. */
  isXNumber?: boolean;
  /** Whether x are names, of which the first and the last are always told. */
  isXName?: boolean;
}

export function LinePlot({ isXNumber = false, isXName = false, ...props }: LineProps) {
  const { data, series, xFormat } = props;
  const heights = data.flatMap((row) => series.map(({ name }) => Number(row[name] ?? 0)));
  const points = data.filter((row) => series.some(({ name }) => row[name] !== null)).length;
  return (
    <div className={classes.place} style={{ minHeight: props.height ?? HEIGHT }}>
      <LineChart
        {...common(props, heights)}
        curveType="linear"
        withDots={points <= MOST_DOTS && !isXNumber}
        dotProps={{ r: 3.5 }}
        series={series.map(({ name, label, color, isDashed }) => ({
          name,
          label,
          color,
          ...(isDashed ? { strokeDasharray: "4 4" } : {}),
        }))}
        xAxisProps={{
          ...axisText(xFormat),
          ...(isXNumber
            ? { type: "number", domain: [0, "dataMax"] }
            : { padding: isXName ? NAMES : DAYS, scale: "point" }),
          ...(isXName ? { interval: "preserveStartEnd", minTickGap: 8 } : {}),
        }}
        lineChartProps={{ margin: MARGIN }}
      />
    </div>
  );
}

interface BarProps extends Props {
  /** Bars of several series stand on top of each other; else side by side. */
  isStacked?: boolean;
}

export function BarPlot({ isStacked = false, ...props }: BarProps) {
  const heights = props.data.flatMap((row) => {
    const values = props.series.map(({ name }) => Number(row[name] ?? 0));
    return isStacked ? values.reduce((sum, value) => sum + value, 0) : values;
  });
  return (
    <div className={classes.place} style={{ minHeight: props.height ?? HEIGHT }}>
      <BarChart
        {...common(props, heights)}
        type={isStacked ? "stacked" : "default"}
        series={props.series.map(({ name, label, color }) => ({ name, label, color }))}
        xAxisProps={axisText(props.xFormat)}
        barProps={{ className: classes.bar }}
        maxBarWidth={44}
        barChartProps={{ margin: MARGIN, barCategoryGap: "12%", barGap: 1 }}
      />
    </div>
  );
}

/** Room for half a label at both ends. */
const DAYS = { left: 24, right: 24 };
const NAMES = { left: 32, right: 32 };
const TOOLTIP = {
  tooltip: classes.tooltip ?? "",
  tooltipLabel: classes.tooltipLabel ?? "",
  tooltipBody: classes.tooltipBody ?? "",
  tooltipItem: classes.tooltipItem ?? "",
};
const MARGIN = { top: 18, right: 12, bottom: 0, left: 0 };

function plain(value: number): string {
  return value.toLocaleString("en", { notation: "compact" });
}

function axisText(xFormat: Props["xFormat"]) {
  return {
    minTickGap: 28,
    interval: "equidistantPreserveStart" as const,
    ...(xFormat ? { tickFormatter: xFormat } : {}),
  };
}

/** `heights`: how far up things are drawn. */
function common(
  { text, data, x, series, format, axisFormat = plain, xFormat, marks = [] }: Props,
  heights: readonly number[],
) {
  const steps = ticksOf([...heights, ...marks.flatMap(({ y }) => y ?? [])]);
  return {
    role: "img",
    "aria-label": text,
    className: classes.plot,
    data,
    dataKey: x,
    valueFormatter: format,
    strokeDasharray: "0",
    tickLine: "none",
    // The picture has its text, and each chart its table: stepping through points by key would say the same again.
    accessibilityLayer: false,
    yAxisProps: {
      width: AXIS_WIDTH,
      ticks: steps,
      domain: [0, steps.at(-1) ?? 1],
      tickFormatter: axisFormat,
    },
    referenceLines: marks.map((mark) => ({
      ...mark,
      label: { value: mark.label, position: mark.x === undefined ? "insideBottomRight" : "top" },
      stroke: "var(--text-quiet)",
      strokeDasharray: "2 3",
      ifOverflow: "extendDomain",
    })),
    tooltipProps: {
      content: ({ label, payload }) => {
        const shown = payload.filter(({ value }) => value !== 0 && value !== null && value !== undefined);
        if (shown.length === 0) return null;
        return (
          <ChartTooltip
            classNames={TOOLTIP}
            label={xFormat && label !== undefined ? xFormat(String(label)) : label}
            payload={shown}
            series={[...series]}
            valueFormatter={format}
          />
        );
      },
    },
  } as const satisfies Partial<Parameters<typeof LineChart>[0]>;
}
