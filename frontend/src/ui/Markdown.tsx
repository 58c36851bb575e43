import { Fragment } from "react";
import { type Block, parseBlocks, splitBold } from "./blocks";
import classes from "./Markdown.module.css";

// The panel's own title is the second level.
const HEADINGS = ["h3", "h4", "h5"] as const;

/** Text that people have written, with its headings, lists and bold words. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.markdown}>
      {parseBlocks(text).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a text keep their places
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  if (block.kind === "paragraph") {
    return (
      <p>
        <Words text={block.text} />
      </p>
    );
  }
  if (block.kind === "heading") {
    const Heading = HEADINGS[block.level - 1] ?? "h5";
    return (
      <Heading data-level={block.level}>
        <Words text={block.text} />
      </Heading>
    );
  }
  const items = block.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items of a text keep their places
    <li key={index}>
      <Words text={item} />
    </li>
  ));
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function Words({ text }: { text: string }) {
  return splitBold(text).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their places
    index % 2 === 1 ? <strong key={index}>{part}</strong> : <Fragment key={index}>{part}</Fragment>,
  );
}
