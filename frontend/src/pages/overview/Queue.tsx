import { Alert, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { errorText } from "../../api/errors";
import { jobsOverviewQuery } from "../../api/queries";
import type { KindOut, WorkerOut } from "../../api/types";
import { aboutText } from "../../ui/amounts";
import { Prose } from "../../ui/Prose";
import { agoText, forText } from "../../ui/when";
import { Failures } from "./Failures";
import classes from "./overview.module.css";
import { aliveWorkers, busyKinds, KIND_LABELS, queueProblem, secondsLeft } from "./queue";

/** Says at the top of the page that jobs wait in vain, and what to do. */
export function StuckJobs() {
  const { data: jobs } = useQuery(jobsOverviewQuery);
  const problem = jobs ? queueProblem(jobs) : null;
  if (problem === null) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert" title="Jobs are stuck">
      <Prose text={problem} />
    </Alert>
  );
}

/** What machines do: jobs by kind, the workers that take them, and those that failed. */
export function Queue() {
  const { data: jobs, error, dataUpdatedAt } = useQuery(jobsOverviewQuery);
  const kinds = busyKinds(jobs?.kinds ?? []);
  return (
    <section className={`${classes.section} ${classes.queue}`} aria-label="Queue and workers">
      <Title order={2} className={classes.sectionTitle}>
        Queue and workers
      </Title>
      {!jobs && error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {jobs && (
        <>
          {kinds.length === 0 && (
            <Text size="sm" c="dimmed">
              Nothing waits, and nothing has failed. What machines have to do shows here.
            </Text>
          )}
          <ul className={classes.kinds} aria-label="Jobs">
            {kinds.map((kind) => (
              <Kind key={kind.kind} kind={kind} now={dataUpdatedAt} />
            ))}
          </ul>
          <Workers workers={jobs.workers} now={dataUpdatedAt} />
          <Failures kinds={kinds} />
        </>
      )}
    </section>
  );
}

function Kind({ kind, now }: { kind: KindOut; now: number }) {
  const left = secondsLeft(kind);
  const runningFor = kind.running_since && forText(kind.running_since, now);
  const counts = [
    ["done", kind.done_last_hour, "done in the last hour"],
    ["running", kind.running, "running"],
    ["queued", kind.queued, "waiting"],
    ["failed", kind.failed, "failed"],
  ] as const;
  const shown = counts.filter(([, count]) => count > 0);
  const words = shown.map(([, count, word]) => `${count.toLocaleString()} ${word}`).join(", ");
  return (
    <li className={classes.kind}>
      <div className={classes.kindHead}>
        <span className={classes.person}>{KIND_LABELS[kind.kind]}</span>
        {left !== null && <span className={classes.quiet}>{aboutText(left)} left</span>}
      </div>
      <span className={classes.bar} role="img" aria-label={words}>
        {shown.map(([state, count]) => (
          <span key={state} className={classes.part} data-job={state} style={{ flexGrow: count }} />
        ))}
      </span>
      <span className={classes.under}>
        {shown.map(([state, count, word]) => (
          <span key={state} className={classes.toLookAt}>
            <span className={classes.swatch} data-job={state} />
            {count.toLocaleString()} {word}
            {state === "running" && runningFor && ` for ${runningFor}`}
          </span>
        ))}
      </span>
    </li>
  );
}

function Workers({ workers, now }: { workers: WorkerOut[]; now: number }) {
  const alive = aliveWorkers(workers).length;
  return (
    <div className={classes.workers}>
      <span className={classes.person}>{alive === 1 ? "1 worker" : `${alive || "No"} workers`}</span>
      <ul className={classes.plain} aria-label="Workers">
        {workers.map((worker) => (
          <li key={worker.id} className={classes.worker} data-alive={worker.alive}>
            <span className={classes.dot} />
            {worker.host}
            <span className={classes.quiet}>
              process {worker.pid},{" "}
              {worker.alive ? "alive" : `silent since ${agoText(worker.heartbeat_at, now)}`}
              {worker.queues.length > 0 && `, takes ${worker.queues.join(", ")}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
