import { rememberPath } from "../../../api/uploadNames";

/** The files of a drop, those in dropped folders included (hidden ones, such as .DS_Store, left out). */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Everything must be taken before the first await: the browser empties the transfer after the event.
  const files = [...transfer.files];
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  // Only folders need entries, and what is no file on a disk has none.
  if (!entries.some(isDirectory)) return files;
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [rememberPath(file, entry.fullPath)];
  }
  if (!isDirectory(entry)) return [];
  const children = await allChildren(entry.createReader());
  const visible = children.filter((child) => !child.name.startsWith("."));
  return (await Promise.all(visible.map(filesOf))).flat();
}

/** A reader hands out its entries in portions until it gives an empty one. */
async function allChildren(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return all;
    all.push(...portion);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
