import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isUnfinished, modelsQuery, publicModelsQuery } from "../../api/queries";
import lists from "../../ui/list.module.css";
import { ChangeModelDialog } from "./ChangeModelDialog";
import { PublicModelRow } from "./PublicModelRow";
import { Section } from "./Section";

/** Weights that others have published: what they are, what they take, and how to get and deploy them. */
export function PublicModels() {
  const { data, error } = useQuery(publicModelsQuery);
  const { data: models } = useQuery(modelsQuery);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const isStuck = data && !data.has_worker && data.items.some(isUnfinished);
  return (
    <Section
      title="Public models"
      note="Times are for this server, from the photos that it prepared last."
      error={data ? null : error}
    >
      {isStuck && (
        <Alert color="red" title="No worker takes downloads">
          The download starts as soon as a worker for the queue "io" is running.
        </Alert>
      )}
      {data && (
        <ul className={lists.list} aria-label="Public models">
          {data.items.map((item) => (
            <PublicModelRow
              key={item.name}
              item={item}
              photos={data.photos}
              model={models?.find(({ id }) => id === item.model_id)}
              onDeploy={setChosenId}
            />
          ))}
        </ul>
      )}
      <ChangeModelDialog
        model={models?.find(({ id }) => id === chosenId) ?? null}
        present={models?.find(({ is_active }) => is_active)}
        onClose={() => setChosenId(null)}
      />
    </Section>
  );
}
