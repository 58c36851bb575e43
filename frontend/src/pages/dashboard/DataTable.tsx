import { Table } from "@mantine/core";
import lists from "../../ui/list.module.css";
import overview from "../overview/overview.module.css";
import classes from "./dashboard.module.css";

export interface Data {
  /** The first says what a row is about. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

export function DataTable({ title, data: { columns, rows } }: { title: string; data: Data }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keys as well
    <section className={classes.data} tabIndex={0} aria-label={`Table of ${title}`}>
      <Table className={`${lists.table} ${overview.table}`} verticalSpacing={4} stickyHeader>
        <Table.Thead className={classes.dataHead}>
          <Table.Tr>
            {columns.map((column, index) => (
              <Table.Th key={column} className={index > 0 ? overview.numeric : undefined}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([first, ...others]) => (
            <Table.Tr key={[first, ...others].join("\t")}>
              <Table.Td>{first}</Table.Td>
              {others.map((value, index) => (
                <Table.Td key={columns[index + 1]} className={overview.numeric}>
                  {value}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
