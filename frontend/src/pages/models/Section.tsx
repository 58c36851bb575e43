import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { errorText } from "../../api/errors";
import overview from "../overview/overview.module.css";

interface Props {
  title: string;
  note?: ReactNode;
  /** Of what it shows, where that could not be fetched. */
  error?: Error | null;
  children: ReactNode;
}

export function Section({ title, note, error, children }: Props) {
  return (
    <section className={overview.section} aria-label={title}>
      <div className={overview.sectionHead}>
        <Title order={2} className={overview.sectionTitle}>
          {title}
        </Title>
        {note && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </div>
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {children}
    </section>
  );
}
