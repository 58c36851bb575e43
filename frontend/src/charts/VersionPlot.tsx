import { Figure } from "./Figure";
import { LinePlot, type Mark } from "./plots";

interface Props {
  title: string;
  /** From the first model to the last; null: nothing is known of it. */
  versions: readonly { name: string; value: number | null }[];
  format: (value: number) => string;
  marks?: readonly Mark[];
  height?: number;
}

/** A figure under each version of the model, and how it went from the first to the last. */
export function VersionPlot({ title, versions, format, marks = [], height = 160 }: Props) {
  const known = versions.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
  const [first, last] = [known[0], known.at(-1)];
  const told = known.map(({ name, value }) => `${name} ${format(value)}`).join(", ");
  const way = first && last && first !== last ? `${format(first.value)} → ${format(last.value)}` : null;
  return (
    <Figure title={title} value={way ?? (last && format(last.value))}>
      <LinePlot
        text={`${title} by model: ${told || "nothing yet"}`}
        data={versions.map(({ name, value }) => ({ name, value }))}
        x="name"
        isXName
        series={[{ name: "value", label: title, color: "var(--accent)" }]}
        format={format}
        marks={marks}
        height={height}
      />
    </Figure>
  );
}
