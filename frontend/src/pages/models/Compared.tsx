import { Table } from "@mantine/core";
import overview from "../overview/overview.module.css";
import classes from "./models.module.css";

/** The clicks after which models are compared. */
export const TRIED_CLICKS = ["1", "3", "5"];

/** The heads of the columns that compare two models. */
export function TriedHeads() {
  return (
    <>
      {TRIED_CLICKS.map((clicks) => (
        <Table.Th key={clicks} className={overview.numeric}>
          IoU at {clicks}
        </Table.Th>
      ))}
      <Table.Th className={overview.numeric}>NoC@85</Table.Th>
    </>
  );
}

/** A figure of the model that was trained on, and of the one that came of it. */
export function Compared({ before, after }: { before: string; after: string }) {
  return (
    <span className={classes.compared}>
      <span className={overview.quiet}>{before}</span>
      <span className={classes.arrow}>→</span>
      {after}
    </span>
  );
}
