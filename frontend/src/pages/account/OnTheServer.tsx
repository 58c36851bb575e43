import type { ReactNode } from "react";
import classes from "./account.module.css";

/** Commands, for who runs the server alone: others need not see them. */
export function OnTheServer({ children }: { children: ReactNode }) {
  return (
    <details className={classes.onTheServer}>
      <summary>I run this server</summary>
      {children}
    </details>
  );
}
