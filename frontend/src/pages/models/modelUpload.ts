import { create } from "zustand";
import { uploadModelFile } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys, queryClient } from "../../api/queries";
import type { PublicModelOut } from "../../api/types";
import { countOf } from "../../ui/amounts";

interface UploadState {
  /** Whose file is being sent, or was refused last. */
  name: string | null;
  isSending: boolean;
  /** 0 to 1 */
  sentShare: number;
  error: string | null;
}

const NOTHING: UploadState = { name: null, isSending: false, sentShare: 0, error: null };

/** The file of a public model on its way to the server. It outlives the page: gigabytes take their time. */
export const useModelUpload = create<UploadState>(() => NOTHING);

export function forgetUpload(): void {
  useModelUpload.setState(NOTHING);
}

export async function startUpload(
  { name, file_name, size_bytes }: PublicModelOut,
  file: File,
): Promise<void> {
  if (file.size !== size_bytes) {
    const error = `This is not ${file_name}: it has ${countOf(file.size)} bytes, not ${countOf(size_bytes)}.`;
    useModelUpload.setState({ ...NOTHING, name, error });
    return;
  }
  useModelUpload.setState({ ...NOTHING, name, isSending: true });
  window.addEventListener("beforeunload", askToStay);
  try {
    await uploadModelFile(name, file, (sentShare) => useModelUpload.setState({ sentShare }));
    forgetUpload();
  } catch (error) {
    useModelUpload.setState({ ...NOTHING, name, error: errorText(error) });
  } finally {
    window.removeEventListener("beforeunload", askToStay);
    await queryClient.invalidateQueries({ queryKey: keys.models });
  }
}

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
