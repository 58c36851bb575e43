import { Badge, Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { modelsQuery, trainingRunsQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import type { RegisteredModel, RunMetrics, TrainingRunOut } from "../../api/types";
import { countText, secondsText } from "../../ui/amounts";
import { agoText, dateText } from "../../ui/when";
import overview from "../overview/overview.module.css";
import { ChangeModelDialog } from "./ChangeModelDialog";
import { Compared, TRIED_CLICKS, TriedHeads } from "./Compared";
import { Section } from "./Section";
import { iouText, originText } from "./texts";

/** All models that the project can work with, the newest first. */
export function ModelTable() {
  const { data: models, error } = useQuery(modelsQuery);
  const { data: runs } = useQuery(trainingRunsQuery);
  const [chosen, setChosen] = useState<RegisteredModel | null>(null);
  return (
    <Section
      title="All models"
      note="Mean IoU and clicks to IoU 0.85 are of both models on the same held-out images: before → after."
      error={models ? null : error}
    >
      {models?.length === 0 && (
        <Text size="sm" c="dimmed">
          There is no model yet. Download a public one above.
        </Text>
      )}
      {models && models.length > 0 && (
        <Table.ScrollContainer minWidth={1120} type="native">
          <Table className={overview.table} verticalSpacing={10}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Model</Table.Th>
                <TriedHeads />
                <Table.Th className={overview.numeric}>Masks made</Table.Th>
                <Table.Th className={overview.numeric}>Per mask</Table.Th>
                <Table.Th>Deployed</Table.Th>
                <Table.Th aria-label="What can be done" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.toReversed().map((model) => (
                <Row
                  key={model.id}
                  model={model}
                  run={runs?.find(({ id }) => id === model.run_id)}
                  onDeploy={() => setChosen(model)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <ChangeModelDialog
        model={chosen}
        present={models?.find(({ is_active }) => is_active)}
        onClose={() => setChosen(null)}
      />
    </Section>
  );
}

interface RowProps {
  model: RegisteredModel;
  run: TrainingRunOut | undefined;
  onDeploy: () => void;
}

function Row({ model, run, onDeploy }: RowProps) {
  const { role } = useSession();
  return (
    <Table.Tr aria-label={model.name}>
      <Table.Td>
        <div className={overview.nameText}>
          <span className={overview.name}>
            <Text span size="sm" fw={500}>
              {model.name}
            </Text>
            {model.is_active && (
              <Badge variant="default" size="sm" tt="none" fw={500}>
                in use
              </Badge>
            )}
          </span>
          <span className={overview.quiet}>
            {originText(model, run)} · {dateText(model.created_at)}
          </span>
        </div>
      </Table.Td>
      {TRIED_CLICKS.map((clicks) => (
        <Table.Td key={clicks} className={overview.numeric}>
          <Measured model={model} of={({ miou }) => iouText(miou[clicks])} />
        </Table.Td>
      ))}
      <Table.Td className={overview.numeric}>
        <Measured model={model} of={({ noc85 }) => noc85.toFixed(1)} />
      </Table.Td>
      <Table.Td className={overview.numeric} data-zero={model.masks_made === 0}>
        {model.masks_made.toLocaleString()}
      </Table.Td>
      <Table.Td className={overview.numeric}>
        {secondsText(model.seconds_per_mask)}
        {model.clicks_per_mask !== null && (
          <div className={overview.quiet}>{countText(Number(model.clicks_per_mask.toFixed(1)), "click")}</div>
        )}
      </Table.Td>
      <Table.Td>
        {model.promoted_at ? (
          <span className={overview.quiet}>
            {agoText(model.promoted_at)} by {model.promoted_by_name ?? "the gate"}
          </span>
        ) : (
          <span className={overview.quiet}>–</span>
        )}
      </Table.Td>
      <Table.Td className={overview.numeric}>
        {mayAdminister(role) && !model.is_active && (
          <Button size="compact-sm" variant="default" aria-label={`Deploy ${model.name}`} onClick={onDeploy}>
            Deploy
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Measured({
  model: { metrics },
  of,
}: {
  model: RegisteredModel;
  of: (quality: RunMetrics["after"]) => string;
}) {
  if (!metrics) return <span className={overview.quiet}>–</span>;
  return <Compared before={of(metrics.before)} after={of(metrics.after)} />;
}
