import { Table } from "@mantine/core";
import type { RunMetrics } from "../../api/types";
import { SOURCE_LABELS } from "../../stages/sources";
import { countText } from "../../ui/amounts";
import overview from "../overview/overview.module.css";
import { Compared, TRIED_CLICKS, TriedHeads } from "./Compared";
import { iouText } from "./texts";

type Quality = RunMetrics["after"]["by_source"][string];

/** Both models on the held-out masks, all of them and by how they were made. */
export function Qualities({ metrics: { held_out, before, after } }: { metrics: RunMetrics }) {
  const sources = Object.keys(after.by_source).sort();
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table className={overview.table} aria-label="Both models on the held-out masks">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Held-out masks</Table.Th>
            <Table.Th className={overview.numeric}>Masks</Table.Th>
            <TriedHeads />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Row
            name={`all, of ${countText(held_out.images, "image")}`}
            before={before}
            after={after}
            masks={held_out.masks}
          />
          {sources.map((source) => (
            <Row
              key={source}
              name={SOURCE_LABELS[source as keyof typeof SOURCE_LABELS]}
              before={before.by_source[source]}
              after={after.by_source[source]}
              masks={after.by_source[source]?.masks ?? 0}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  name: string;
  masks: number;
  before: Omit<Quality, "masks"> | undefined;
  after: Omit<Quality, "masks"> | undefined;
}

function Row({ name, masks, before, after }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td className={overview.numeric}>{masks.toLocaleString()}</Table.Td>
      {TRIED_CLICKS.map((clicks) => (
        <Table.Td key={clicks} className={overview.numeric}>
          <Compared before={iouText(before?.miou[clicks])} after={iouText(after?.miou[clicks])} />
        </Table.Td>
      ))}
      <Table.Td className={overview.numeric}>
        <Compared before={before?.noc85.toFixed(1) ?? "–"} after={after?.noc85.toFixed(1) ?? "–"} />
      </Table.Td>
    </Table.Tr>
  );
}
