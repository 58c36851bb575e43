import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./panels.module.css";

interface Props {
  text: string;
  isError?: boolean;
  children?: ReactNode;
}

/** A sentence at the canvas's upper edge, with what can be done about it. */
export function Notice({ text, isError, children }: Props) {
  return (
    <div className={classes.notice} data-error={isError} role={isError ? "alert" : "status"}>
      <Text size="sm">{text}</Text>
      {children}
    </div>
  );
}
