import { ActionIcon, Button, Group, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { errorText } from "../../api/errors";
import type { ExportOut } from "../../api/types";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import classes from "./exports.module.css";
import { JobState } from "./JobState";

type Job = Pick<ExportOut, "state" | "progress" | "error" | "created_at" | "created_by_name">;

interface Props {
  job: Job;
  /** What it is called for people who hear it. */
  name: string;
  title: string;
  /** Behind the title. */
  detail: string;
  /** Behind who asked for it and when; empty for nothing. */
  outcome: string;
  more?: ReactNode;
  actions?: ReactNode;
  onRetry: () => Promise<void>;
  /** What went wrong when it did, such as "The export". */
  what: string;
  deletion: { label: string; hint: string; run: () => Promise<void> } | null;
  children?: ReactNode;
}

/** An export or an import: what it is, how far it is, and what can be done with it. */
export function JobRow({
  job,
  name,
  title,
  detail,
  outcome,
  more,
  actions,
  onRetry,
  what,
  deletion,
  children,
}: Props) {
  const retrying = useMutation({
    mutationFn: onRetry,
    onError: (error) => showFailure(`${what} was not tried again`, error),
  });
  const deleting = useMutation({
    mutationFn: async () => deletion?.run(),
    onError: (error) => showFailure(`${what} was not deleted`, error),
  });
  return (
    <li className={lists.row} aria-label={name}>
      <div className={classes.rowText}>
        <Text size="sm" fw={500} truncate title={title}>
          {title}
          <span className={classes.quiet}>{` · ${detail}`}</span>
        </Text>
        <Text size="xs" c="dimmed">
          {agoText(job.created_at)}
          {job.created_by_name && ` by ${job.created_by_name}`}
          {outcome && ` · ${outcome}`}
        </Text>
        {more}
      </div>
      <JobState state={job.state} progress={job.progress} error={job.error} label={name} />
      <Group gap={8} wrap="nowrap">
        {actions}
        {job.state === "failed" && (
          <Button
            size="compact-sm"
            variant="default"
            loading={retrying.isPending}
            onClick={() => retrying.mutate()}
          >
            Try again
          </Button>
        )}
        {deletion && (
          <Tooltip label={deletion.hint}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={deletion.label}
              loading={deleting.isPending}
              onClick={() => deleting.mutate()}
            >
              <IconTrash size={17} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {children}
    </li>
  );
}

function showFailure(title: string, error: Error): void {
  notifications.show({ color: "red", title, message: errorText(error) });
}
