import { create } from "zustand";
import { importFiles } from "../../../api/calls";
import { errorText } from "../../../api/errors";
import { keys, queryClient } from "../../../api/queries";
import type { FileVerdict } from "../../../api/types";
import { batches } from "./batches";

export interface ImportState {
  /** `idle`: nothing to show; `sending`: requests are under way; `finished`: the report is on the screen. */
  phase: "idle" | "sending" | "finished";
  fileCount: number;
  /** 0 to 1, by bytes that left the browser. */
  sentShare: number;
  reports: FileVerdict[];
  /** Files that did not reach the server, with the reason. */
  unsent: { files: File[]; batchId: string | null; reason: string } | null;
}

const NOTHING: ImportState = { phase: "idle", fileCount: 0, sentShare: 0, reports: [], unsent: null };

/** The running or last import. It outlives the images page: one may annotate while files are being sent. */
export const useImport = create<ImportState>(() => NOTHING);

let sending: Promise<void> = Promise.resolve();

/** Sends the files after those of imports still running; null: into the oldest batch. */
export function startImport(files: File[], batchId: string | null): void {
  if (files.length === 0) return;
  sending = sending.then(() => send(files, batchId));
}

export function closeImport(): void {
  useImport.setState(NOTHING);
}

async function send(files: File[], batchId: string | null): Promise<void> {
  useImport.setState({ ...NOTHING, phase: "sending", fileCount: files.length });
  window.addEventListener("beforeunload", askToStay);
  const totalBytes = Math.max(1, sumOfSizes(files));
  const waiting = batches(files);
  let sentBytes = 0;
  for (let batch = waiting[0]; batch; batch = waiting[0]) {
    const batchBytes = sumOfSizes(batch);
    try {
      const report = await importFiles(batch, batchId, (share) => {
        useImport.setState({ sentShare: (sentBytes + share * batchBytes) / totalBytes });
      });
      useImport.setState((state) => ({ reports: [...state.reports, ...report.files] }));
    } catch (error) {
      useImport.setState({ unsent: { files: waiting.flat(), batchId, reason: errorText(error) } });
      break;
    }
    waiting.shift();
    sentBytes += batchBytes;
  }
  window.removeEventListener("beforeunload", askToStay);
  useImport.setState({ phase: "finished" });
  await queryClient.invalidateQueries({ queryKey: keys.images });
}

/** Another page, such as one of another project, would cut the sending off. */
function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

const sumOfSizes = (files: File[]) => files.reduce((sum, file) => sum + file.size, 0);
