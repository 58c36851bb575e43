import { ActionIcon, Button, Group, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { deleteExport, retryExport } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type Pages, withNewest, withoutItem } from "../../api/live";
import { keys } from "../../api/queries";
import type { ExportOut, ExportPage, ExportPreview } from "../../api/types";
import { agoText } from "../../ui/when";
import { contentText } from "./doneText";
import classes from "./exports.module.css";
import { JobState } from "./JobState";
import { FORMATS, filtersText } from "./labels";

export function ExportRow({ out, choices }: { out: ExportOut; choices: ExportPreview | undefined }) {
  const cache = useQueryClient();
  const change = (put: (pages: Pages<ExportPage>) => Pages<ExportPage>) =>
    cache.setQueryData<Pages<ExportPage>>(keys.exports, (pages) => pages && put(pages));
  const retrying = useMutation({
    mutationFn: () => retryExport(out.id),
    onSuccess: (queued) => change((pages) => withNewest(pages, queued)),
    onError: (error) => showFailure("The export was not tried again", error),
  });
  const deleting = useMutation({
    mutationFn: () => deleteExport(out.id),
    onSuccess: () => change((pages) => withoutItem(pages, out.id)),
    onError: (error) => showFailure("The export was not deleted", error),
  });
  const name = `${FORMATS[out.format].label}, ${agoText(out.created_at)}`;
  const filters = filtersText(out.filters as Required<ExportOut["filters"]>, choices);
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.rowText}>
        <Text size="sm" fw={500}>
          {FORMATS[out.format].label}
          <span className={classes.quiet}>{filters ? ` · ${filters}` : " · all masks"}</span>
        </Text>
        <Text size="xs" c="dimmed">
          {agoText(out.created_at)}
          {out.created_by_name && ` by ${out.created_by_name}`}
          {out.state === "done" && ` · ${contentText(out)}`}
        </Text>
        {out.sha256 && (
          <Text size="xs" c="dimmed" className={classes.checksum} title={`SHA-256 ${out.sha256}`}>
            SHA-256 {out.sha256}
          </Text>
        )}
      </div>
      <JobState state={out.state} progress={out.progress} error={out.error} label={name} />
      <Group gap={8} wrap="nowrap">
        {out.download_url && (
          <Button
            size="compact-sm"
            variant="default"
            component="a"
            href={out.download_url}
            download={out.file_name}
            leftSection={<IconDownload size={15} />}
          >
            Download
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
        <Tooltip label={out.state === "running" ? "Stop and delete" : "Delete, with its file"}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete ${name}`}
            loading={deleting.isPending}
            onClick={() => deleting.mutate()}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </li>
  );
}

function showFailure(title: string, error: Error): void {
  notifications.show({ color: "red", title, message: errorText(error) });
}
