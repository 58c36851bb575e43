import { Button, CloseButton, Group, Paper, Progress, ScrollArea, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCopy } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { FileVerdict } from "../../../api/types";
import classes from "./ImportPanel.module.css";
import { closeImport, type ImportState, startImport, useImport } from "./importStore";
import { reportText } from "./report";

/** What the import is doing, and then each refused and each known file with the reason. */
export function ImportPanel() {
  const state = useImport();
  if (state.phase === "idle") return null;
  return (
    <Paper className={classes.panel} shadow="xl" withBorder component="section" aria-label="Import">
      {state.phase === "sending" ? <Sending state={state} /> : <Report state={state} />}
    </Paper>
  );
}

function Sending({ state }: { state: ImportState }) {
  const percent = Math.round(100 * state.sentShare);
  const files = state.fileCount === 1 ? "1 file" : `${state.fileCount} files`;
  return (
    <div className={classes.head} role="status">
      <Group justify="space-between" mb={8}>
        <Text fw={600} size="sm">
          Importing {files}
        </Text>
        <Text c="dimmed" size="sm">
          {percent < 100 ? `${percent} %` : "checking"}
        </Text>
      </Group>
      <Progress value={percent} animated={percent === 100} aria-label="Sent" />
    </div>
  );
}

function Report({ state: { reports, unsent, batchId } }: { state: ImportState }) {
  const withVerdict = (verdict: FileVerdict["verdict"]) =>
    reports.filter((report) => report.verdict === verdict);
  const notImported = [...withVerdict("refused"), ...withVerdict("duplicate")];
  return (
    <>
      <div className={classes.head}>
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600} size="sm" role="status">
            {reportText(reports)}
          </Text>
          <CloseButton aria-label="Close the import report" onClick={closeImport} />
        </Group>
        {unsent && (
          <div className={classes.unsent}>
            <Text size="sm">
              {unsent.files.length} not sent. {unsent.reason}
            </Text>
            <Button size="xs" variant="light" onClick={() => startImport(unsent.files, batchId)}>
              Send them again
            </Button>
          </div>
        )}
      </div>
      {notImported.length > 0 && (
        <ScrollArea.Autosize mah={320} className={classes.list} type="auto">
          <ul aria-label="Files that were not imported">
            {notImported.map((report, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and a report never changes
              <Row key={index} report={report} />
            ))}
          </ul>
        </ScrollArea.Autosize>
      )}
      {notImported.length === 0 && reports.length > 0 && !unsent && (
        <Group className={classes.allGood} gap={8}>
          <IconCircleCheck size={18} /> Their embeddings are computed now; you can open them meanwhile.
        </Group>
      )}
    </>
  );
}

function Row({ report }: { report: FileVerdict }) {
  return (
    <li className={classes.row}>
      {report.verdict === "refused" ? (
        <IconAlertTriangle className={classes.refused} aria-label="Refused" />
      ) : (
        <IconCopy className={classes.duplicate} aria-label="Already here" />
      )}
      <div className={classes.rowText}>
        <Text size="sm" fw={500} truncate title={report.name}>
          {report.name}
        </Text>
        <Text size="xs" c="dimmed">
          {report.reason ?? "This photo is already here."}{" "}
          {report.image_id && (
            <Link to="/images/$imageId" params={{ imageId: report.image_id }}>
              Open it
            </Link>
          )}
        </Text>
      </div>
    </li>
  );
}
