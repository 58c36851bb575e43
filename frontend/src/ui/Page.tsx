import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface Props {
  title: string;
  /** How many there are of what the page is about. */
  count?: number | undefined;
  /** Beside the title, at the right. */
  aside?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}

/** A page of text and lists: one column that scrolls. */
export function Page({ title, count, aside, isWide = false, children }: Props) {
  return (
    <div className={classes.page}>
      <div className={classes.column} data-wide={isWide}>
        <header className={classes.head}>
          <Title order={1} className={classes.title}>
            {title}
            {count !== undefined && <span className={classes.count}>{count}</span>}
          </Title>
          {aside}
        </header>
        {children}
      </div>
    </div>
  );
}
