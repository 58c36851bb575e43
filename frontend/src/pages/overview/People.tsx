import { Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "../../api/errors";
import { peopleQuery } from "../../api/queries";
import { mayAdminister, ROLE_LABELS } from "../../api/roles";
import { useSession } from "../../api/session";
import type { PersonOut } from "../../api/types";
import { secondsText } from "../../ui/amounts";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import classes from "./overview.module.css";

export function People() {
  const { data: people, error, dataUpdatedAt } = useQuery(peopleQuery);
  return (
    <section className={`${classes.section} ${classes.people}`} aria-label="People">
      <Title order={2} className={classes.sectionTitle}>
        People
      </Title>
      {!people && error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {people && (
        <Table.ScrollContainer minWidth={720} type="native">
          <Table className={`${lists.table} ${classes.table}`} verticalSpacing={8}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Works on</Table.Th>
                <Table.Th className={classes.numeric}>Images today</Table.Th>
                <Table.Th className={classes.numeric}>7 days</Table.Th>
                <Table.Th className={classes.numeric}>Masks today</Table.Th>
                <Table.Th className={classes.numeric}>7 days</Table.Th>
                <Table.Th className={classes.numeric}>Per mask</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.map((person) => (
                <Row key={person.id} person={person} now={dataUpdatedAt} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {people?.length === 1 && <Alone />}
    </section>
  );
}

function Row({ person, now }: { person: PersonOut; now: number }) {
  return (
    <Table.Tr aria-label={person.name}>
      <Table.Td>
        <div className={classes.nameText}>
          <span className={classes.person} title={person.name}>
            {person.name}
          </span>
          <span className={classes.quiet}>{ROLE_LABELS[person.role]}</span>
        </div>
      </Table.Td>
      <Table.Td>
        {person.holds.length > 0 ? (
          <div className={classes.nameText}>
            {person.holds.map(({ id, name }) => (
              <Link
                key={id}
                to="/images/$imageId"
                params={{ imageId: id }}
                preload={false}
                className={classes.nameLink}
                title={name}
              >
                {name}
              </Link>
            ))}
          </div>
        ) : (
          <span className={classes.quiet}>
            {person.last_seen_at ? `seen ${agoText(person.last_seen_at, now)}` : "never here yet"}
          </span>
        )}
      </Table.Td>
      <Count value={person.submitted_today} />
      <Count value={person.submitted_week} />
      <Count value={person.masks_today} />
      <Count value={person.masks_week} />
      <Table.Td className={classes.numeric}>{secondsText(person.seconds_per_mask)}</Table.Td>
    </Table.Tr>
  );
}

function Count({ value }: { value: number }) {
  return (
    <Table.Td className={classes.numeric} data-zero={value === 0}>
      {value.toLocaleString()}
    </Table.Td>
  );
}

function Alone() {
  const { role, auth } = useSession();
  if (!auth) return null;
  return (
    <Text size="sm" c="dimmed">
      Nobody else works here yet.{" "}
      {mayAdminister(role) ? (
        <>
          <Link to="/people" className={classes.nameLink}>
            Invite somebody
          </Link>{" "}
          to share the work.
        </>
      ) : (
        "An admin can invite people."
      )}
    </Text>
  );
}
