import { Code } from "@mantine/core";
import { Fragment } from "react";

/** A sentence from the server, with what stands between backticks set as code. */
export function Prose({ text }: { text: string }) {
  return text.split("`").map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their places
    return index % 2 === 1 ? <Code key={index}>{part}</Code> : <Fragment key={index}>{part}</Fragment>;
  });
}
