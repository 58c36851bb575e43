import { Link } from "@tanstack/react-router";
import type { AgreementOut } from "../../api/types";
import { BarPlot, type Series } from "../../charts/plots";
import { countOf, countText, percentText } from "../../ui/amounts";
import overview from "../overview/overview.module.css";
import { binsOf, type Compared } from "./bins";
import { Card } from "./Card";
import classes from "./dashboard.module.css";
import { Nothing } from "./Nothing";

const KINDS = {
  second_look: { label: "Second looks", color: "var(--state-in-review)" },
  audit: { label: "Audits", color: "var(--state-in-work)" },
};

type Kind = keyof typeof KINDS;

function isCompared(row: AgreementOut): row is Compared<Kind> {
  return row.kind !== "work" && row.compared > 0;
}

interface Props {
  agreement: readonly AgreementOut[];
  csv: string;
}

/** How far masks of two people, and those of machines and people, lie over each other. */
export function Agreement({ agreement, csv }: Props) {
  const compared = agreement.filter(isCompared);
  const series: Series[] = compared.map(({ kind }) => ({ name: kind, ...KINDS[kind] }));
  const rows = binsOf(compared);
  const told = compared
    .map(
      (kind) =>
        `${KINDS[kind.kind].label}: ${percentText(kind.share_075)} above 0.75, ${percentText(kind.share_090)} above 0.9`,
    )
    .join("; ");
  return (
    <Card
      title="Agreement"
      area="agreement"
      note="IoU of masks that were made or judged twice, as a share of all."
      csv={csv}
      data={{
        columns: ["IoU", ...series.map(({ label }) => label)],
        rows: rows.map(({ iou, masks }) => [iou, ...compared.map(({ kind }) => countOf(masks[kind] ?? 0))]),
      }}
    >
      {compared.length === 0 ? (
        <Nothing>
          Nothing is compared yet: set a share of second looks for a batch, or start an audit, on the{" "}
          <Link to="/overview" className={overview.nameLink}>
            Overview
          </Link>
          .
        </Nothing>
      ) : (
        <>
          <ul className={classes.shares}>
            {compared.map((kind) => (
              <li key={kind.kind}>
                <span className={overview.swatch} style={{ background: KINDS[kind.kind].color }} />
                <span className={overview.person}>{KINDS[kind.kind].label}</span>
                <span>
                  <b>{percentText(kind.share_075)}</b> above 0.75
                </span>
                <span>
                  <b>{percentText(kind.share_090)}</b> above 0.9
                </span>
                <span className={overview.quiet}>
                  mean {kind.mean_iou === null ? "–" : kind.mean_iou.toFixed(2)} of{" "}
                  {countText(kind.compared, "mask")}
                </span>
              </li>
            ))}
          </ul>
          <BarPlot
            text={`Agreement: ${told}`}
            data={rows.map(({ iou, shares }) => ({ iou, ...shares }))}
            x="iou"
            xFormat={(iou) => iou.split("–")[0] ?? iou}
            series={series}
            format={percentText}
            axisFormat={percentText}
          />
        </>
      )}
    </Card>
  );
}
