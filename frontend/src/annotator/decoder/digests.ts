/** Throws an Error when an embedding is not by the encoder that the decoder was trained with: masks would be nonsense. */
export function checkEncoder(embedding: { encoder: string }, wanted: string): void {
  if (embedding.encoder !== wanted) {
    throw new Error(
      "This image was prepared for another model than the one that runs here. Reload the page.",
    );
  }
}

/** Throws an Error when a decoder's file is not the announced one. Browsers hash only what comes over a safe way. */
export async function checkFile(file: Uint8Array<ArrayBuffer>, sha256: string): Promise<void> {
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== sha256) throw new Error("The decoder's file is not the announced one. Reload the page.");
}
