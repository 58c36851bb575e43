import { Table, Text, Title } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "../../api/errors";
import { qualityQuery } from "../../api/queries";
import type { EstimateOut, QualityOut } from "../../api/types";
import overview from "../overview/overview.module.css";
import classes from "./Quality.module.css";

// What the Segment Anything paper reports (arXiv 2304.02643, section 5), to compare with.
const PAPER = {
  audit: { above_75: 0.97, above_90: 0.94 },
  people: { low: 0.85, high: 0.91 },
};

/** How far people agree with each other, and with the machine. */
export function Quality() {
  const { data, error } = useQuery(qualityQuery);
  const rows = data ? [...data.audits, ...data.second_looks] : [];
  return (
    <section className={overview.section} aria-label="Quality">
      <div className={overview.sectionHead}>
        <Title order={2} className={overview.sectionTitle}>
          Quality
        </Title>
        <Text size="xs" c="dimmed">
          In the Segment Anything paper {percent(PAPER.audit.above_75)} and {percent(PAPER.audit.above_90)} of
          automatic masks were above 0.75 and 0.9 IoU, and people agreed with each other to{" "}
          {percent(PAPER.people.low)}–{percent(PAPER.people.high)}.
        </Text>
      </div>
      {!data && error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {data && rows.length === 0 && (
        <div className={overview.empty}>
          <IconScale size={32} stroke={1.3} />
          <Text fw={600}>Nothing is compared yet</Text>
          <Text c="dimmed" size="sm" maw={520}>
            Set a share of second looks in a batch's settings, and some images are annotated by two people; or
            start an audit from a batch's menu, in which people correct automatic masks of random images.
          </Text>
        </div>
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={820} type="native">
          <Table className={overview.table} verticalSpacing={10}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Comparison</Table.Th>
                <Table.Th className={overview.numeric}>Images</Table.Th>
                <Table.Th className={overview.numeric}>Masks</Table.Th>
                <Table.Th>Mean IoU</Table.Th>
                <Table.Th>Above 0.75</Table.Th>
                <Table.Th>Above 0.9</Table.Th>
                <Table.Th>Least alike</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Row key={row.batch_id} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function Row({ row }: { row: QualityOut }) {
  const worst = row.worst.slice(0, 2);
  return (
    <Table.Tr aria-label={row.name}>
      <Table.Td>
        <div className={overview.nameText}>
          <Link to="/images" search={{ batch: row.batch_id }} className={overview.nameLink} title={row.name}>
            {row.name}
          </Link>
          <span className={overview.quiet}>
            {row.missed} {row.missed === 1 ? "mask" : "masks"} of the original gone, {row.added} new
          </span>
        </div>
      </Table.Td>
      <Table.Td className={overview.numeric}>
        {row.compared} of {row.images}
      </Table.Td>
      <Table.Td className={overview.numeric}>{row.pairs}</Table.Td>
      <Table.Td>
        <Interval estimate={row.mean_iou} />
      </Table.Td>
      <Table.Td>
        <Interval estimate={row.above_75} />
      </Table.Td>
      <Table.Td>
        <Interval estimate={row.above_90} />
      </Table.Td>
      <Table.Td>
        <div className={overview.nameText}>
          {worst.map((image) => (
            <Link
              key={image.image_id}
              to="/images/$imageId"
              params={{ imageId: image.image_id }}
              preload={false}
              className={overview.nameLink}
              title={`${image.name}: mean IoU ${image.mean_iou ?? "–"}`}
            >
              {image.name}
            </Link>
          ))}
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

/** A figure on a scale from 0 to 1, with the range in which it lies with 95% confidence. */
function Interval({ estimate }: { estimate: EstimateOut | null }) {
  if (!estimate) return <span className={overview.quiet}>–</span>;
  const { value, low, high } = estimate;
  return (
    <div className={classes.interval} title={`95% confidence: ${percent(low)} to ${percent(high)}`}>
      <span className={classes.figure}>{percent(value)}</span>
      <span className={classes.scale} aria-hidden>
        <span
          className={classes.range}
          style={{ left: `${100 * low}%`, width: `${Math.max(1, 100 * (high - low))}%` }}
        />
        <span className={classes.mark} style={{ left: `${100 * value}%` }} />
      </span>
      <span className={overview.quiet}>
        {percent(low)}–{percent(high)}
      </span>
    </div>
  );
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
