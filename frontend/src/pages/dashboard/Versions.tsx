import { Link } from "@tanstack/react-router";
import type { ModelFigures } from "../../api/types";
import charts from "../../charts/charts.module.css";
import { VersionPlot } from "../../charts/VersionPlot";
import { countOf, countText, decimalText } from "../../ui/amounts";
import { dateText } from "../../ui/when";
import overview from "../overview/overview.module.css";
import { Card } from "./Card";
import { Nothing } from "./Nothing";

// The mean of the assisted-manual stage fell from one to the other while the model improved: Segment Anything,
// arXiv 2304.02643, section 4.
const PAPER_SECONDS = { first: 34, last: 14 };

/** What a mask costs under each version of the model: the reason for retraining. */
export function Versions({ models, csv }: { models: readonly ModelFigures[]; csv: string }) {
  const timed = models.filter(({ timed_masks }) => timed_masks > 0);
  const unused = models.length - timed.length;
  return (
    <Card
      title="Model versions"
      area="versions"
      note={`Median of people's time. It fell from ${PAPER_SECONDS.first} to ${PAPER_SECONDS.last} s in the Segment Anything paper.`}
      csv={csv}
      data={{
        columns: ["Model", "In use since", "Masks", "Timed", "Median s", "Mean s", "Clicks"],
        rows: models.map((model) => [
          model.name,
          model.first_promoted_at ? dateText(model.first_promoted_at) : "–",
          countOf(model.masks),
          countOf(model.timed_masks),
          decimalText(model.median_seconds),
          decimalText(model.mean_seconds),
          decimalText(model.clicks_per_mask),
        ]),
      }}
    >
      {timed.length === 0 ? (
        <Nothing>
          No mask was made with a model here. Train the next one on the{" "}
          <Link to="/models" className={overview.nameLink}>
            Models
          </Link>{" "}
          page once there are some.
        </Nothing>
      ) : (
        <>
          <div className={charts.figures}>
            <VersionPlot
              title="Seconds per mask"
              versions={timed.map(({ name, median_seconds }) => ({ name, value: median_seconds }))}
              format={decimalText}
              marks={Object.values(PAPER_SECONDS).map((seconds) => ({
                y: seconds,
                label: `paper ${seconds}`,
              }))}
            />
            <VersionPlot
              title="Clicks per mask"
              versions={timed.map(({ name, clicks_per_mask }) => ({ name, value: clicks_per_mask }))}
              format={decimalText}
            />
          </div>
          <UnusedModels unused={unused} isFirst={timed.length === 1 && unused === 0} />
        </>
      )}
    </Card>
  );
}

function UnusedModels({ unused, isFirst }: { unused: number; isFirst: boolean }) {
  if (unused > 0)
    return (
      <span className={overview.quiet}>
        {countText(unused, "version")} without masks of people here {unused === 1 ? "is" : "are"} left out.
      </span>
    );
  if (!isFirst) return null;
  return (
    <span className={overview.quiet}>
      No model was trained here yet: see{" "}
      <Link to="/models" className={overview.nameLink}>
        Models
      </Link>
      .
    </span>
  );
}
