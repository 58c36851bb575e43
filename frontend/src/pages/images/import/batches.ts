const MAX_FILES = 20;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Cuts an import into requests of at most 20 files and 64 MiB (a bigger file goes alone), in order. So the first
 * images show while the rest is still being sent, and a lost connection costs one request.
 */
export function batches<T extends { size: number }>(files: readonly T[]): T[][] {
  const result: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length === MAX_FILES || bytes + file.size > MAX_BYTES)) {
      result.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  if (batch.length > 0) result.push(batch);
  return result;
}
