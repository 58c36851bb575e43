import { Button, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { deleteExport, retryExport } from "../../api/calls";
import { type Pages, withNewest, withoutItem } from "../../api/live";
import { keys } from "../../api/queries";
import type { ExportOut, ExportPage, ExportPreview } from "../../api/types";
import { agoText } from "../../ui/when";
import { contentText } from "./doneText";
import classes from "./exports.module.css";
import { JobRow } from "./JobRow";
import { FORMATS, filtersText } from "./labels";
import { splitImagesText, splitText } from "./split";

export function ExportRow({ out, choices }: { out: ExportOut; choices: ExportPreview | undefined }) {
  const cache = useQueryClient();
  const change = (put: (pages: Pages<ExportPage>) => Pages<ExportPage>) =>
    cache.setQueryData<Pages<ExportPage>>(keys.exports, (pages) => pages && put(pages));
  const name = `${FORMATS[out.format].label}, ${agoText(out.created_at)}`;
  const filters = filtersText(out.filters as Required<ExportOut["filters"]>, choices) || "all masks";
  return (
    <JobRow
      job={out}
      what="The export"
      name={name}
      title={FORMATS[out.format].label}
      detail={[filters, out.with_photos && "with photos", out.split && splitText(out.split)]
        .filter(Boolean)
        .join(" · ")}
      outcome={out.state === "done" ? outcomeText(out) : ""}
      more={
        out.sha256 && (
          <Text size="xs" c="dimmed" className={classes.checksum} title={`SHA-256 ${out.sha256}`}>
            SHA-256 {out.sha256}
          </Text>
        )
      }
      actions={
        out.download_url && (
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
        )
      }
      onRetry={async () => {
        const queued = await retryExport(out.id);
        change((pages) => withNewest(pages, queued));
      }}
      deletion={{
        label: `Delete ${name}`,
        hint: out.state === "running" ? "Stop and delete" : "Delete, with its file",
        run: async () => {
          await deleteExport(out.id);
          change((pages) => withoutItem(pages, out.id));
        },
      }}
    />
  );
}

function outcomeText(out: ExportOut): string {
  return out.split_images ? `${contentText(out)}, ${splitImagesText(out.split_images)}` : contentText(out);
}
