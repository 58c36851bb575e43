/** A dropped file does not know the folder that it came in. */
const paths = new WeakMap<File, string>();

export function rememberPath(file: File, path: string): File {
  paths.set(file, path.replace(/^\/+/, ""));
  return file;
}

/** The name that a file is imported under: with its folders, since two may have a file of the same name. */
export function uploadName(file: File): string {
  return paths.get(file) ?? (file.webkitRelativePath || file.name);
}
