import { Paper, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "../../ui/Logo";
import classes from "./account.module.css";

/** The one thing on a page that somebody who is not signed in sees. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.page}>
      <Paper className={classes.card} withBorder shadow="sm">
        <Stack gap="md">
          <span className={classes.brand}>
            <Logo size={22} />
            Maskloop
          </span>
          <Title order={1} size="h3">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}
