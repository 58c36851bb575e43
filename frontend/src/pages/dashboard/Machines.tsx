import { Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { errorText } from "../../api/errors";
import { jobsOverviewQuery, machinesQuery } from "../../api/queries";
import type { MachinesOut } from "../../api/types";
import { BarPlot, type Series } from "../../charts/plots";
import { bytesText, countOf, countText, secondsText } from "../../ui/amounts";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import { RetryAll, RetryReason } from "../overview/Failures";
import overview from "../overview/overview.module.css";
import { StuckJobs } from "../overview/Queue";
import { KIND_LABELS } from "../overview/queue";
import { Card } from "./Card";
import classes from "./dashboard.module.css";
import { hourText, jobsByHour } from "./hours";
import { Nothing } from "./Nothing";
import { csvPath } from "./search";

const DONE: Series = { name: "done", label: "Done", color: "var(--state-done)" };
const FAILED: Series = { name: "failed", label: "Failed", color: "var(--bad)" };

/** What machines do: queues and workers, jobs, failures, storage. */
export function Machines() {
  const { data, error, dataUpdatedAt } = useQuery(machinesQuery);
  return (
    <section className={classes.machines} aria-label="Machines">
      <Title order={2} className={classes.heading}>
        Machines
        <span className={classes.aside}>whatever the filters</span>
      </Title>
      <StuckJobs />
      {!data && error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {data && (
        <div className={classes.grid}>
          <Queues queues={data.queues} />
          <Hours hours={data.hours} now={dataUpdatedAt} />
          <Storage storage={data.storage} disk={data.disk} />
          <Failures failures={data.failures} now={dataUpdatedAt} />
        </div>
      )}
    </section>
  );
}

function Queues({ queues }: Pick<MachinesOut, "queues">) {
  return (
    <Card title="Queues" area="queues" level={3}>
      <Table className={`${lists.table} ${overview.table}`} verticalSpacing={7}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Queue</Table.Th>
            <Table.Th w="34%">Depth</Table.Th>
            <Table.Th className={overview.numeric}>Waiting</Table.Th>
            <Table.Th className={overview.numeric}>Running</Table.Th>
            <Table.Th className={overview.numeric}>Workers</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {queues.map(({ queue, queued, running, workers }) => (
            <Table.Tr key={queue} aria-label={`Queue ${queue}`}>
              <Table.Td>
                <span className={overview.person}>{queue}</span>
              </Table.Td>
              <Table.Td>
                <Depth queued={queued} running={running} most={mostIn(queues)} />
              </Table.Td>
              <Table.Td className={overview.numeric} data-zero={queued === 0}>
                {countOf(queued)}
              </Table.Td>
              <Table.Td className={overview.numeric} data-zero={running === 0}>
                {countOf(running)}
              </Table.Td>
              <Table.Td className={overview.numeric} data-short={workers === 0 && queued > 0}>
                {countOf(workers)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function mostIn(queues: MachinesOut["queues"]): number {
  return Math.max(1, ...queues.map(({ queued, running }) => queued + running));
}

/** As long as the queue is beside the longest one; the numbers stand beside it. */
function Depth({ queued, running, most }: { queued: number; running: number; most: number }) {
  return (
    <span className={classes.depth} aria-hidden>
      {(["running", "queued"] as const).map((state) => {
        const count = state === "running" ? running : queued;
        if (count === 0) return null;
        return (
          <span
            key={state}
            className={overview.swatch}
            data-job={state}
            style={{ width: `${(100 * count) / most}%` }}
          />
        );
      })}
    </span>
  );
}

function Hours({ hours, now }: Pick<MachinesOut, "hours"> & { now: number }) {
  const rows = jobsByHour(hours, now);
  const done = rows.reduce((sum, row) => sum + row.done, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  return (
    <Card
      title="Jobs per hour"
      area="hours"
      level={3}
      legend={[DONE, FAILED]}
      csv={csvPath("hours", {})}
      data={{
        columns: ["Hour", "Done", "Failed", "Seconds each"],
        rows: hours.map(({ hour, kind, done: jobs, failed: lost, mean_seconds }) => [
          `${hourText(hour)}, ${KIND_LABELS[kind].toLowerCase()}`,
          countOf(jobs),
          countOf(lost),
          secondsText(mean_seconds),
        ]),
      }}
    >
      {hours.length === 0 ? (
        <Nothing>No job has ended in the last 24 hours.</Nothing>
      ) : (
        <BarPlot
          text={`In the last 24 hours ${countText(done, "job")} done, ${countOf(failed)} failed`}
          data={rows.map((row) => ({ ...row }))}
          x="hour"
          xFormat={hourText}
          series={[DONE, FAILED]}
          format={countOf}
          isStacked
        />
      )}
    </Card>
  );
}

const STORED: Record<string, string> = {
  photos: "Photos",
  pictures: "Pictures for pages",
  embeddings: "Embeddings",
  models: "Models",
  exports: "Exports",
  training: "Training runs",
  imports: "Imports of annotations",
  other: "Other",
};

function Storage({ storage, disk }: Pick<MachinesOut, "storage" | "disk">) {
  const total = storage.reduce((sum, { bytes }) => sum + bytes, 0);
  const most = Math.max(1, ...storage.map(({ bytes }) => bytes));
  const isShort = disk !== null && disk.free_bytes < 0.1 * disk.total_bytes;
  return (
    <Card title="Storage" area="storage" level={3} csv={csvPath("storage", {})}>
      {total === 0 ? (
        <Nothing>Nothing is stored yet: import photos.</Nothing>
      ) : (
        <dl className={classes.stored}>
          {storage.map(({ what, bytes }) => (
            <div key={what}>
              <dt>{STORED[what] ?? what}</dt>
              <dd>
                {bytesText(bytes)}
                <span className={classes.track} aria-hidden>
                  <span className={classes.fill} style={{ width: `${(100 * bytes) / most}%` }} />
                </span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <span className={overview.quiet} data-short={isShort}>
        {bytesText(total)} in all
        {disk && `; ${bytesText(disk.free_bytes)} of ${bytesText(disk.total_bytes)} are free on the disk`}
      </span>
    </Card>
  );
}

function Failures({ failures, now }: Pick<MachinesOut, "failures"> & { now: number }) {
  const { data: jobs } = useQuery(jobsOverviewQuery);
  const failedKinds = jobs?.kinds.filter(({ failed }) => failed > 0) ?? [];
  return (
    <Card title="Failures" area="failures" level={3} csv={csvPath("failures", {})}>
      {failures.length === 0 ? (
        <Nothing>Nothing has failed.</Nothing>
      ) : (
        <>
          <div className={overview.failuresHead}>
            {failedKinds.map((kind) => (
              <RetryAll key={kind.kind} kind={kind} />
            ))}
          </div>
          <ul className={overview.plain} aria-label="Failures by reason">
            {failures.map(({ kind, reason, jobs: count, last_at }) => (
              <li key={kind + reason} className={overview.failure}>
                <div className={overview.failureText}>
                  <span className={overview.failureName}>
                    {KIND_LABELS[kind]}
                    <span className={overview.quiet}>
                      {countText(count, "job")}, last {agoText(last_at, now)}
                    </span>
                  </span>
                  <span className={overview.reason}>{reason}</span>
                </div>
                <RetryReason kind={kind} reason={reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
