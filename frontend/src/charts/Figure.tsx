import type { ReactNode } from "react";
import classes from "./charts.module.css";

interface Props {
  title: string;
  /** The figure that says most. */
  value?: ReactNode;
  children: ReactNode;
}

/** A plot with its title above. */
export function Figure({ title, value, children }: Props) {
  return (
    <figure className={classes.figure}>
      <figcaption>
        {title}
        {value && <b>{value}</b>}
      </figcaption>
      {children}
    </figure>
  );
}
