import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteAnnotationImport, retryAnnotationImport } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type Pages, withNewest, withoutItem } from "../../api/live";
import { importProblemsQuery, keys } from "../../api/queries";
import type { AnnotationImportOut, AnnotationImportPage } from "../../api/types";
import { agoText } from "../../ui/when";
import { countText } from "./doneText";
import classes from "./exports.module.css";
import { importText } from "./importText";
import { JobState } from "./JobState";

export function AnnotationImportRow({ out }: { out: AnnotationImportOut }) {
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const change = (put: (pages: Pages<AnnotationImportPage>) => Pages<AnnotationImportPage>) =>
    cache.setQueryData<Pages<AnnotationImportPage>>(keys.annotationImports, (pages) => pages && put(pages));
  const retrying = useMutation({
    mutationFn: () => retryAnnotationImport(out.id),
    onSuccess: (queued) => change((pages) => withNewest(pages, queued)),
    onError: (error) => showFailure("The import was not tried again", error),
  });
  const deleting = useMutation({
    mutationFn: () => deleteAnnotationImport(out.id),
    onSuccess: () => change((pages) => withoutItem(pages, out.id)),
    onError: (error) => showFailure("The report was not deleted", error),
  });
  return (
    <li className={classes.row} aria-label={out.name}>
      <div className={classes.rowText}>
        <Text size="sm" fw={500} truncate title={out.name}>
          {out.name}
          <span className={classes.quiet}>
            {` · ${out.batch_name}, ${out.mask_state === "proposed" ? "as proposals" : "accepted"}`}
          </span>
        </Text>
        <Text size="xs" c="dimmed">
          {agoText(out.created_at)}
          {out.created_by_name && ` by ${out.created_by_name}`}
          {` · ${importText(out)}`}
        </Text>
      </div>
      <JobState state={out.state} progress={out.progress} error={out.error} label={out.name} />
      <Group gap={8} wrap="nowrap">
        {out.refused > 0 && out.state !== "running" && (
          <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide reasons" : `Why ${countText(out.refused, "mask")} not`}
          </Button>
        )}
        {out.state === "failed" && (
          <Button
            size="compact-sm"
            variant="default"
            loading={retrying.isPending}
            onClick={() => retrying.mutate()}
          >
            Try again
          </Button>
        )}
        {out.state !== "running" && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete the report on ${out.name}`}
            title="Delete the report; the masks stay"
            loading={deleting.isPending}
            onClick={() => deleting.mutate()}
          >
            <IconTrash size={17} />
          </ActionIcon>
        )}
      </Group>
      {isOpen && <Problems importId={out.id} />}
    </li>
  );
}

function Problems({ importId }: { importId: string }) {
  const { data: problems, error } = useQuery({ ...importProblemsQuery(importId), refetchOnMount: "always" });
  if (error)
    return (
      <Text size="sm" c="var(--bad)" role="alert">
        {errorText(error)}
      </Text>
    );
  return (
    <ul className={classes.problems} aria-label="Masks that were not imported">
      {problems?.map(({ where, reason }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places may repeat, and a report never changes
        <li key={index}>
          <b>{where}</b>: {reason}
        </li>
      ))}
    </ul>
  );
}

function showFailure(title: string, error: Error): void {
  notifications.show({ color: "red", title, message: errorText(error) });
}
