import { Button, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteAnnotationImport, retryAnnotationImport } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type Pages, withNewest, withoutItem } from "../../api/live";
import { importProblemsQuery, keys } from "../../api/queries";
import type { AnnotationImportOut, AnnotationImportPage } from "../../api/types";
import { countText } from "../../ui/amounts";
import classes from "./exports.module.css";
import { fileText, importText } from "./importText";
import { JobRow } from "./JobRow";

export function AnnotationImportRow({ out }: { out: AnnotationImportOut }) {
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const change = (put: (pages: Pages<AnnotationImportPage>) => Pages<AnnotationImportPage>) =>
    cache.setQueryData<Pages<AnnotationImportPage>>(keys.annotationImports, (pages) => pages && put(pages));
  return (
    <JobRow
      job={out}
      what="The import"
      name={out.name}
      title={out.name}
      detail={`${out.batch_name}, ${out.mask_state === "proposed" ? "as proposals" : "accepted"}`}
      outcome={importText(out)}
      actions={
        out.refused > 0 &&
        out.state !== "running" && (
          <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide reasons" : `Why ${countText(out.refused, "mask")} not`}
          </Button>
        )
      }
      onRetry={async () => {
        const queued = await retryAnnotationImport(out.id);
        change((pages) => withNewest(pages, queued));
      }}
      deletion={
        out.state === "running"
          ? null
          : {
              label: `Delete the report on ${out.name}`,
              hint: "Delete the report; the masks stay",
              run: async () => {
                await deleteAnnotationImport(out.id);
                change((pages) => withoutItem(pages, out.id));
              },
            }
      }
    >
      <Files files={out.files} />
      {isOpen && <Problems importId={out.id} />}
    </JobRow>
  );
}

/** A line a file, where there are several or something is to be said of one. */
function Files({ files }: { files: AnnotationImportOut["files"] }) {
  if (files.length < 2 && !files.some(({ note }) => note)) return null;
  return (
    <ul className={classes.problems} aria-label="Files of the import">
      {files.map((file) => (
        <li key={file.name}>
          <b>{file.name}</b>: {fileText(file)}
        </li>
      ))}
    </ul>
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
