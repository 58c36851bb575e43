import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./dashboard.module.css";

/** In place of a chart that has nothing to show: why, and what to do. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <div className={classes.nothing}>
      <Text size="sm" c="dimmed">
        {children}
      </Text>
    </div>
  );
}
