import { Text, Timeline } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ModelFigures, PromotionFigures } from "../../api/types";
import { secondsText } from "../../ui/amounts";
import { dateText } from "../../ui/when";
import overview from "../overview/overview.module.css";
import { Card } from "./Card";
import classes from "./dashboard.module.css";
import { Nothing } from "./Nothing";

interface Props {
  promotions: readonly PromotionFigures[];
  models: readonly ModelFigures[];
  csv: string;
}

/** When which model was put to use, the newest first, and what masks cost under it. */
export function Retraining({ promotions, models, csv }: Props) {
  const newest = [...promotions].sort((one, other) => other.at.localeCompare(one.at));
  const secondsOf = (modelId: string) => models.find(({ id }) => id === modelId)?.median_seconds ?? null;
  return (
    <Card title="Retraining" area="retraining" csv={csv}>
      {newest.length === 0 ? (
        <Nothing>
          No model was trained and put to use yet: see{" "}
          <Link to="/models" className={overview.nameLink}>
            Models
          </Link>
          .
        </Nothing>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keys as well
        <section className={classes.timeline} tabIndex={0} aria-label="Models put to use">
          <Timeline active={0} bulletSize={12} lineWidth={2} reverseActive={false}>
            {newest.map(({ at, model, model_id, previous, by, reason }) => (
              <Timeline.Item
                key={at + model_id}
                title={
                  <span className={classes.promoted}>
                    {model}
                    {secondsOf(model_id) !== null && (
                      <span className={overview.quiet}>{secondsText(secondsOf(model_id))} a mask</span>
                    )}
                  </span>
                }
              >
                <Text size="sm">{reason}</Text>
                <Text size="xs" c="dimmed">
                  {dateText(at)} by {by ?? "the gate"}
                  {previous && `, after ${previous}`}
                </Text>
              </Timeline.Item>
            ))}
          </Timeline>
        </section>
      )}
    </Card>
  );
}
