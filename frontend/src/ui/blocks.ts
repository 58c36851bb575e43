/** The parts of Markdown that guidelines need: headings, lists, paragraphs; in them, bold text. */
export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "list"; ordered: boolean; items: string[] }
  | { kind: "paragraph"; text: string };

const HEADING = /^(#{1,3})\s+(.*)$/;
const ITEM = /^\s*(?:([-*])|\d+[.)])\s+(.*)$/;

export function parseBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open = false; // whether the next line may go on with the last block
  for (const line of markdown.split(/\r?\n/)) {
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    const last = open ? blocks.at(-1) : undefined;
    open = line.trim() !== "" && !heading;
    if (heading) {
      blocks.push({ kind: "heading", level: (heading[1] as string).length, text: heading[2] as string });
    } else if (item) {
      const ordered = item[1] === undefined;
      const text = item[2] as string;
      if (last?.kind === "list" && last.ordered === ordered) last.items.push(text);
      else blocks.push({ kind: "list", ordered, items: [text] });
    } else if (open) {
      if (last?.kind === "paragraph") last.text += ` ${line.trim()}`;
      else if (last?.kind === "list") last.items.push(`${last.items.pop()} ${line.trim()}`);
      else blocks.push({ kind: "paragraph", text: line.trim() });
    }
  }
  return blocks;
}

/** Every second part stands out: `a **b** c` -> `a `, `b`, ` c`. A lone ** stays as it is. */
export function splitBold(text: string): string[] {
  const parts = text.split("**");
  if (parts.length % 2 === 1) return parts;
  const rest = parts.splice(-2).join("**");
  return [...parts, rest];
}
