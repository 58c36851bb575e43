import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./view.module.css";

interface Props {
  label: string;
  value?: string;
  children: ReactNode;
}

/** A setting under its name, with its value beside the name: a label above the thumb would hide the picture. */
export function Setting({ label, value, children }: Props) {
  return (
    <div>
      <div className={classes.settingsHead}>
        <Text size="xs">{label}</Text>
        <Text size="xs" c="dimmed">
          {value}
        </Text>
      </div>
      {children}
    </div>
  );
}

export function slider(name: string) {
  return { label: null, size: "sm", thumbLabel: name } as const;
}
