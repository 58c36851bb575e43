import type { FileVerdict } from "../../../api/types";

/** `3 imported, 1 already here, 2 refused`; parts that are zero are left out. */
export function reportText(reports: readonly FileVerdict[]): string {
  const count = (verdict: FileVerdict["verdict"]) =>
    reports.filter((report) => report.verdict === verdict).length;
  const parts = [
    [count("imported"), "imported"],
    [count("duplicate"), "already here"],
    [count("refused"), "refused"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return said.length > 0 ? said.join(", ") : "Nothing to import";
}
