import { Button, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconStack2 } from "@tabler/icons-react";
import { useState } from "react";
import type { BatchOut } from "../../api/types";
import lists from "../../ui/list.module.css";
import { AuditDialog } from "../quality/AuditDialog";
import { BatchDialog } from "./BatchDialog";
import { BatchRow } from "./BatchRow";
import { DeleteBatchDialog } from "./DeleteBatchDialog";
import { familyOf, inFamilies } from "./figures";
import classes from "./overview.module.css";
import { Legend } from "./StateBar";
import { IMAGE_STATES } from "./states";

/** What was asked for last; a dialog that is being closed still shows it. */
type Asked = { what: "edit" | "audit" | "delete"; batch: BatchOut };

export function Batches({ batches, onNew }: { batches: BatchOut[]; onNew: () => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isAsking, { open, close }] = useDisclosure();
  const askedFor = batches.find(({ id }) => id === asked?.batch.id) ?? asked?.batch;
  const ask = (what: Asked["what"], batch: BatchOut) => {
    setAsked({ what, batch });
    open();
  };
  const parts = IMAGE_STATES.map((state) => ({
    state,
    count: batches.reduce((total, { images }) => total + images[state], 0),
  })).filter(({ count }) => count > 0);
  return (
    <section className={`${classes.section} ${classes.batches}`} aria-label="Batches">
      <div className={classes.sectionHead}>
        <Title order={2} className={classes.sectionTitle}>
          Batches
        </Title>
        <Legend parts={parts} />
      </div>
      {batches.length === 0 ? (
        <div className={classes.empty}>
          <IconStack2 size={36} stroke={1.3} />
          <Text fw={600}>There are no batches yet</Text>
          <Text c="dimmed" size="sm" maw={440}>
            A batch is a set of images that are worked on in one way. Make one, then import photos into it; or
            drop photos anywhere on this page, and they make the first batch.
          </Text>
          <Button mt="xs" variant="default" onClick={onNew}>
            Make a batch
          </Button>
        </div>
      ) : (
        <Table.ScrollContainer minWidth={880} type="native">
          <Table className={`${lists.table} ${classes.table}`} verticalSpacing={10} highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th className={classes.barColumn}>Images</Table.Th>
                <Table.Th className={classes.numeric}>Masks</Table.Th>
                <Table.Th className={classes.numeric}>Per image</Table.Th>
                <Table.Th className={classes.numeric}>Per mask</Table.Th>
                <Table.Th className={classes.numeric}>Work left</Table.Th>
                <Table.Th w={52} aria-label="What can be done" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {inFamilies(batches).map(({ batch, isChild }) => (
                <BatchRow
                  key={batch.id}
                  batch={batch}
                  isChild={isChild}
                  onEdit={() => ask("edit", batch)}
                  onAudit={() => ask("audit", batch)}
                  onDelete={() => ask("delete", batch)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {askedFor && asked?.what === "edit" && (
        <BatchDialog opened={isAsking} batch={askedFor} onClose={close} />
      )}
      {askedFor && asked?.what === "audit" && (
        <AuditDialog key={askedFor.id} opened={isAsking} batch={askedFor} onClose={close} />
      )}
      {askedFor && asked?.what === "delete" && (
        <DeleteBatchDialog opened={isAsking} family={familyOf(askedFor, batches)} onClose={close} />
      )}
    </section>
  );
}
