import { Title, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconTable } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { withProject } from "../../api/project";
import type { Series } from "../../charts/plots";
import overview from "../overview/overview.module.css";
import { type Data, DataTable } from "./DataTable";
import classes from "./dashboard.module.css";

interface Props {
  title: string;
  /** The place in the page's grid; dashboard.module.css. */
  area: string;
  note?: ReactNode;
  /** What the colours are, where there are several. */
  legend?: readonly Series[];
  /** The same as the charts, in numbers. */
  data?: Data;
  /** Path of the file with it. */
  csv?: string;
  level?: 2 | 3;
  children: ReactNode;
}

/** A part of the dashboard: its charts, or the table of what they show. */
export function Card({ title, area, note, legend, data, csv, level = 2, children }: Props) {
  const [isTable, { toggle }] = useDisclosure();
  return (
    <section className={`${overview.section} ${classes.card}`} data-area={area} aria-label={title}>
      <div className={classes.cardHead}>
        <Title order={level} className={overview.sectionTitle}>
          {title}
        </Title>
        <div className={classes.tools}>
          {data && data.rows.length > 0 && (
            <UnstyledButton
              className={classes.tool}
              aria-pressed={isTable}
              aria-label={`Data of ${title}`}
              onClick={toggle}
            >
              <IconTable size={14} aria-hidden /> Data
            </UnstyledButton>
          )}
          {csv && (
            <a
              className={classes.tool}
              href={withProject(csv)}
              download
              aria-label={`Download ${title} as CSV`}
            >
              <IconDownload size={14} aria-hidden /> CSV
            </a>
          )}
        </div>
      </div>
      {note && <p className={classes.note}>{note}</p>}
      {isTable && data ? (
        <DataTable title={title} data={data} />
      ) : (
        <>
          {legend && (
            <ul className={overview.legend} aria-label={`Colours of ${title}`}>
              {legend.map(({ name, label, color, isDashed }) => (
                <li key={name} className={overview.entry}>
                  <span
                    className={isDashed ? classes.dash : overview.swatch}
                    style={isDashed ? { borderColor: color } : { background: color }}
                  />
                  {label}
                </li>
              ))}
            </ul>
          )}
          {children}
        </>
      )}
    </section>
  );
}
