import { Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import type { AnnotatorFigures } from "../../api/types";
import { countOf, decimalText } from "../../ui/amounts";
import lists from "../../ui/list.module.css";
import overview from "../overview/overview.module.css";
import { Card } from "./Card";
import classes from "./dashboard.module.css";
import { Nothing } from "./Nothing";
import { type Order, reordered, sorted } from "./sorting";

type Column = Exclude<keyof AnnotatorFigures, "id">;

const COLUMNS: readonly { name: Column; label: string; hasBar?: boolean }[] = [
  { name: "name", label: "Name" },
  { name: "masks", label: "Masks", hasBar: true },
  { name: "images", label: "Images" },
  { name: "hours", label: "Hours" },
  { name: "median_seconds", label: "Median s", hasBar: true },
  { name: "mean_seconds", label: "Mean s" },
  { name: "clicks_per_mask", label: "Clicks" },
  { name: "masks_per_hour", label: "Masks per h", hasBar: true },
];

/** Who made masks, and what one costs them; a click on a head sorts. */
export function Annotators({ annotators, csv }: { annotators: readonly AnnotatorFigures[]; csv: string }) {
  const [order, setOrder] = useState<Order<Column>>({ by: "masks", isDescending: true });
  const most = (name: Column) => Math.max(0, ...annotators.map((person) => Number(person[name] ?? 0)));
  return (
    <Card title="Annotators" area="annotators" csv={csv}>
      {annotators.length === 0 ? (
        <Nothing>No person has made a mask here yet.</Nothing>
      ) : (
        <Table.ScrollContainer minWidth={720} type="native" mah={420}>
          <Table className={`${lists.table} ${overview.table}`} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                {COLUMNS.map(({ name, label }) => (
                  <Table.Th
                    key={name}
                    className={name === "name" ? undefined : overview.numeric}
                    aria-sort={order.by !== name ? "none" : order.isDescending ? "descending" : "ascending"}
                  >
                    <UnstyledButton className={classes.sort} onClick={() => setOrder(reordered(order, name))}>
                      {label}
                      {order.by === name &&
                        (order.isDescending ? <IconArrowDown size={13} /> : <IconArrowUp size={13} />)}
                    </UnstyledButton>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sorted(annotators, (person) => person[order.by], order.isDescending).map((person) => (
                <Table.Tr key={person.id} aria-label={person.name}>
                  {COLUMNS.map(({ name, hasBar }) =>
                    name === "name" ? (
                      <Table.Td key={name}>
                        <span className={overview.person} title={person.name}>
                          {person.name}
                        </span>
                      </Table.Td>
                    ) : (
                      <Table.Td key={name} className={overview.numeric}>
                        {name === "masks" || name === "images"
                          ? countOf(person[name])
                          : decimalText(person[name])}
                        {hasBar && <Bar share={Number(person[name] ?? 0) / (most(name) || 1)} />}
                      </Table.Td>
                    ),
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

/** How much of the most it is; the number stands above. */
function Bar({ share }: { share: number }) {
  return (
    <span className={classes.track} aria-hidden>
      <span className={classes.fill} style={{ width: `${100 * share}%` }} />
    </span>
  );
}
