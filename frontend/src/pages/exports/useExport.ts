import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { startExport } from "../../api/calls";
import { errorText } from "../../api/errors";
import { exportQuery, keys } from "../../api/queries";
import type { ExportOut } from "../../api/types";
import { doneText } from "./doneText";

/** Starts an export, follows it by the event stream, and downloads its file once. */
export function useExport() {
  const cache = useQueryClient();
  const [exportId, setExportId] = useState<string | null>(null);
  const { data: out } = useQuery({ ...exportQuery(exportId ?? ""), enabled: exportId !== null });

  const request = useMutation({
    mutationFn: () => startExport({ format: "coco" }),
    onSuccess: (started) => {
      // An event about it may have come before this answer, and is newer.
      cache.setQueryData<ExportOut>(keys.export(started.id), (known) => known ?? started);
      void cache.invalidateQueries({ queryKey: keys.exports });
      setExportId(started.id);
    },
    onError: (error) => showFailure(errorText(error)),
  });

  useEffect(() => {
    if (out?.state === "done" && out.download_url) {
      download(out.download_url);
      notifications.show({ title: "Exported", message: doneText(out) });
      setExportId(null);
    } else if (out?.state === "failed") {
      showFailure(out.error ?? "The export failed without a reason.");
      setExportId(null);
    }
  }, [out]);

  return {
    start: () => request.mutate(),
    isRunning: request.isPending || exportId !== null,
    progress: out?.progress ?? null,
  };
}

function showFailure(reason: string): void {
  notifications.show({ color: "red", title: "Not exported", message: reason, autoClose: false });
}

function download(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
