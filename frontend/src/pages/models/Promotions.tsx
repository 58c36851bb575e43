import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { promotionsQuery } from "../../api/queries";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import classes from "./models.module.css";
import { Section } from "./Section";

/** Every change of the project's model, the newest first. */
export function Promotions() {
  const { data: promotions, error } = useQuery(promotionsQuery);
  return (
    <Section title="History" error={promotions ? null : error}>
      {promotions?.length === 0 && (
        <Text size="sm" c="dimmed">
          The project has worked with one model so far. Train the next one, or deploy another.
        </Text>
      )}
      {promotions && promotions.length > 0 && (
        <ol className={lists.list} aria-label="Changes of the model">
          {promotions.map((promotion) => (
            <li key={promotion.id} className={lists.row}>
              <div className={classes.runText}>
                <Text size="sm" fw={500}>
                  {promotion.previous_name && (
                    <>
                      <Text span c="dimmed" fw={400}>
                        {promotion.previous_name}
                      </Text>
                      <span className={classes.arrow}>→</span>
                    </>
                  )}
                  {promotion.model_name}
                </Text>
                <Text size="sm">{promotion.reason}</Text>
              </div>
              <Text size="xs" c="dimmed">
                {agoText(promotion.promoted_at)} by {promotion.promoted_by_name ?? "the gate"}
              </Text>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
