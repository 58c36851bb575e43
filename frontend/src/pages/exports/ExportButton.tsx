import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useExport } from "./useExport";

/** One click: the export is made on the server, then downloads. */
export function ExportButton() {
  const { start, isRunning, progress } = useExport();
  return (
    <Button
      variant="default"
      size="sm"
      leftSection={<IconDownload size={17} />}
      title="All accepted masks as a COCO file (RLE)"
      disabled={isRunning}
      onClick={start}
    >
      {isRunning ? exportingText(progress) : "Export"}
    </Button>
  );
}

function exportingText(progress: number | null): string {
  return progress === null ? "Exporting" : `Exporting ${Math.round(100 * progress)} %`;
}
