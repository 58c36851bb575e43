import { Table } from "@mantine/core";
import type { StageFigures } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import { countOf, decimalText, percentText, secondsText } from "../../ui/amounts";
import lists from "../../ui/list.module.css";
import { finished } from "../overview/figures";
import overview from "../overview/overview.module.css";
import { Legend, StateBar } from "../overview/StateBar";
import { IMAGE_STATES } from "../overview/states";
import { Card } from "./Card";

/** The three stages beside each other: images by state, masks and what they cost. */
export function Stages({ stages, csv }: { stages: readonly StageFigures[]; csv: string }) {
  const parts = IMAGE_STATES.map((state) => ({
    state,
    count: stages.reduce((total, { images }) => total + images[state], 0),
  })).filter(({ count }) => count > 0);
  return (
    <Card title="Stages" area="stages" csv={csv}>
      <Legend parts={parts} />
      <Table.ScrollContainer minWidth={720} type="native">
        <Table className={`${lists.table} ${overview.table}`} verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Stage</Table.Th>
              <Table.Th w="32%">Images</Table.Th>
              <Table.Th className={overview.numeric}>Masks</Table.Th>
              <Table.Th className={overview.numeric}>Proposals</Table.Th>
              <Table.Th className={overview.numeric}>Per image</Table.Th>
              <Table.Th className={overview.numeric}>Median</Table.Th>
              <Table.Th className={overview.numeric}>Mean</Table.Th>
              <Table.Th className={overview.numeric}>Clicks</Table.Th>
              <Table.Th className={overview.numeric}>Automatic</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stages.map((stage) => (
              <Table.Tr key={stage.stage} aria-label={STAGE_LABELS[stage.stage]}>
                <Table.Td>
                  <span className={overview.person}>{STAGE_LABELS[stage.stage]}</span>
                </Table.Td>
                <Table.Td>
                  <div className={overview.progress}>
                    <StateBar images={stage.images} />
                    <span className={overview.quiet}>
                      {stage.images.total === 0
                        ? "no images"
                        : `${countOf(finished(stage.images))} of ${countOf(stage.images.total - stage.images.skipped)} finished`}
                    </span>
                  </div>
                </Table.Td>
                <Table.Td className={overview.numeric} data-zero={stage.masks === 0}>
                  {countOf(stage.masks)}
                </Table.Td>
                <Table.Td className={overview.numeric} data-zero={stage.proposals === 0}>
                  {countOf(stage.proposals)}
                </Table.Td>
                <Table.Td className={overview.numeric}>{decimalText(stage.masks_per_image)}</Table.Td>
                <Table.Td className={overview.numeric}>{secondsText(stage.median_seconds)}</Table.Td>
                <Table.Td className={overview.numeric}>{secondsText(stage.mean_seconds)}</Table.Td>
                <Table.Td className={overview.numeric}>{decimalText(stage.clicks_per_mask)}</Table.Td>
                <Table.Td className={overview.numeric}>{percentText(stage.machine_share)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
