import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { retryAllJobs, retryJob } from "../../api/calls";
import { errorText } from "../../api/errors";
import { failedJobsQuery, keys } from "../../api/queries";
import type { JobKind, JobOut, KindOut } from "../../api/types";
import { agoText } from "../../ui/when";
import classes from "./overview.module.css";
import { KIND_LABELS } from "./queue";

const FIRST_SHOWN = 10;
const SHOWN_AT_MOST = 500;

/** The latest failures with their reasons, to be tried again one by one or all of a kind. */
export function Failures({ kinds }: { kinds: KindOut[] }) {
  const [limit, setLimit] = useState(FIRST_SHOWN);
  const { data: failed, dataUpdatedAt } = useQuery(failedJobsQuery(limit));
  if (!failed || failed.items.length === 0) return null;
  return (
    <div className={classes.failures}>
      <div className={classes.failuresHead}>
        <span className={classes.person}>Failed</span>
        {kinds
          .filter((kind) => kind.failed > 1)
          .map((kind) => (
            <RetryAll key={kind.kind} kind={kind} />
          ))}
      </div>
      <ul className={classes.plain} aria-label="Failed jobs">
        {failed.items.map((job) => (
          <Failure key={job.id} job={job} now={dataUpdatedAt} />
        ))}
      </ul>
      {failed.next && limit < SHOWN_AT_MOST && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => setLimit(Math.min(SHOWN_AT_MOST, 5 * limit))}
        >
          Show more
        </Button>
      )}
    </div>
  );
}

function Failure({ job, now }: { job: JobOut; now: number }) {
  const retry = useRetry(() => retryJob(job.id));
  const kind = KIND_LABELS[job.kind];
  return (
    <li className={classes.failure}>
      <div className={classes.failureText}>
        <span className={classes.failureName}>
          {job.image_id ? (
            <Link
              to="/images/$imageId"
              params={{ imageId: job.image_id }}
              preload={false}
              className={classes.nameLink}
            >
              {job.image_name}
            </Link>
          ) : (
            kind
          )}
          <span className={classes.quiet}>
            {job.image_id ? `${kind}, ` : ""}
            {agoText(job.updated_at, now)}
            {job.attempts > 1 && `, after ${job.attempts} attempts`}
          </span>
        </span>
        <span className={classes.reason}>{job.error ?? "It has failed without a reason."}</span>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Try ${job.image_name ?? kind} again`}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        Try again
      </Button>
    </li>
  );
}

export function RetryAll({ kind: { kind, failed } }: { kind: KindOut }) {
  const retry = useRetry(() => retryAllJobs(kind));
  return (
    <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      {failed === 1
        ? `Try the failed job again: ${KIND_LABELS[kind].toLowerCase()}`
        : `Try all ${failed.toLocaleString()} ${KIND_LABELS[kind].toLowerCase()} again`}
    </Button>
  );
}

/** For the failed jobs of a kind that tell the same reason. */
export function RetryReason({ kind, reason }: { kind: JobKind; reason: string }) {
  const retry = useRetry(() => retryAllJobs(kind, reason));
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Try again: ${KIND_LABELS[kind].toLowerCase()}, ${reason}`}
      loading={retry.isPending}
      onClick={() => retry.mutate()}
    >
      Try again
    </Button>
  );
}

function useRetry(ask: () => Promise<unknown>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onError: (error) =>
      notifications.show({ color: "red", title: "Not tried again", message: errorText(error) }),
    onSettled: () =>
      Promise.all([keys.jobs, keys.machines].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
}
