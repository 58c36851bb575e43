import { ActionIcon, Badge, Table, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { pathIn } from "../../api/project";
import { mayAdminister, ROLE_LABELS } from "../../api/roles";
import { useSession } from "../../api/session";
import type { ProjectSummary } from "../../api/types";
import lists from "../../ui/list.module.css";
import { dateText } from "../../ui/when";
import { DeleteProjectDialog } from "./DeleteProjectDialog";
import classes from "./projects.module.css";

export function ProjectsTable({ projects }: { projects: ProjectSummary[] }) {
  const [deleted, setDeleted] = useState<ProjectSummary | null>(null);
  return (
    <>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing={10} className={`${lists.table} ${classes.table}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={130}>Your role</Table.Th>
              <Table.Th className={classes.numeric}>Images</Table.Th>
              <Table.Th className={classes.numeric}>Masks</Table.Th>
              <Table.Th className={classes.numeric}>People</Table.Th>
              <Table.Th w={130} className={classes.numeric}>
                Made
              </Table.Th>
              <Table.Th w={60} aria-label="What can be done" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {projects.map((project) => (
              <Row
                key={project.id}
                project={project}
                onDelete={projects.length > 1 ? () => setDeleted(project) : null}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <DeleteProjectDialog project={deleted} onClose={() => setDeleted(null)} />
    </>
  );
}

/** `onDelete`: null for the last one, which stays. */
function Row({ project, onDelete }: { project: ProjectSummary; onDelete: (() => void) | null }) {
  const { project_id } = useSession();
  const { id, name, role, images, masks, people, created_at } = project;
  return (
    <Table.Tr aria-label={name}>
      <Table.Td>
        <div className={classes.nameCell}>
          <a href={pathIn(id)} className={classes.name} title={name}>
            {name}
          </a>
          {id === project_id && (
            <Badge variant="default" size="sm" tt="none" fw={500} flex="none">
              open now
            </Badge>
          )}
        </div>
      </Table.Td>
      <Table.Td className={classes.quiet}>{ROLE_LABELS[role]}</Table.Td>
      <Table.Td className={classes.numeric}>{images.toLocaleString()}</Table.Td>
      <Table.Td className={classes.numeric}>{masks.toLocaleString()}</Table.Td>
      <Table.Td className={classes.numeric}>{people.toLocaleString()}</Table.Td>
      <Table.Td className={`${classes.numeric} ${classes.quiet}`}>{dateText(created_at)}</Table.Td>
      <Table.Td>
        {mayAdminister(role) && onDelete && (
          <Tooltip label="Delete" withArrow>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              aria-label={`Delete ${name}`}
              onClick={onDelete}
            >
              <IconTrash size={17} stroke={1.8} />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
