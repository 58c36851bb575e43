import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { modelsQuery, promotionsQuery, trainingRunsQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import { agoText } from "../../ui/when";
import { ChangeModelDialog } from "./ChangeModelDialog";
import classes from "./models.module.css";
import { Section } from "./Section";
import { originText } from "./texts";
import { VersionCharts } from "./VersionCharts";

/** The model that the project works with, where it comes from, and the way back. */
export function ModelInUse() {
  const { role } = useSession();
  const { data: models, error } = useQuery(modelsQuery);
  const { data: promotions } = useQuery(promotionsQuery);
  const { data: runs } = useQuery(trainingRunsQuery);
  const [isBack, setBack] = useState(false);
  const model = models?.find(({ is_active }) => is_active);
  const last = promotions?.[0];
  const previous = models?.find(({ id }) => id === last?.previous_id);
  return (
    <Section title="In use" error={models ? null : error}>
      {models && !model && (
        <Text size="sm">No model is in use, so images wait. Deploy one of those below.</Text>
      )}
      {models && model && (
        <>
          <div className={classes.present}>
            <div>
              <div className={classes.name}>{model.name}</div>
              <Text size="sm" c="dimmed">
                {originText(
                  model,
                  runs?.find(({ id }) => id === model.run_id),
                )}
                {last && last.model_id === model.id
                  ? ` · deployed ${agoText(last.promoted_at)} by ${last.promoted_by_name ?? "the gate"}`
                  : " · the installation's choice"}
              </Text>
              {last && last.model_id === model.id && <Text size="sm">{last.reason}</Text>}
            </div>
            {mayAdminister(role) && previous && (
              <Button variant="default" onClick={() => setBack(true)}>
                Roll back to {previous.name}
              </Button>
            )}
          </div>
          <VersionCharts models={models} />
        </>
      )}
      <ChangeModelDialog
        model={isBack && previous ? previous : null}
        present={model}
        isBack
        onClose={() => setBack(false)}
      />
    </Section>
  );
}
