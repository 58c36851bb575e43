import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconChevronDown, IconFolders, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { pathIn } from "../api/project";
import { mayAdminister, ROLE_LABELS } from "../api/roles";
import { projectOf, useSession } from "../api/session";
import { NewProjectDialog } from "../pages/projects/NewProjectDialog";
import classes from "./Shell.module.css";

/**
 * Names the project at hand for who is in several, and leads to the others; each is a page of its own. With one project
 * there is nothing to choose: admins find here how to make another.
 */
export function ProjectSwitch() {
  const session = useSession();
  const { projects, role } = session;
  const project = projectOf(session);
  const [making, { open, close }] = useDisclosure();
  const isAdmin = mayAdminister(role);
  const hasOthers = projects.length > 1;
  const title = hasOthers && project ? `${project.name} · Maskloop` : "Maskloop";
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (!project || !(hasOthers || isAdmin)) return null;
  return (
    <>
      <Menu position="bottom-start" width={300} shadow="md">
        <Menu.Target>
          {hasOthers ? (
            <Button
              variant="subtle"
              color="gray"
              size="sm"
              miw={80}
              maw={220}
              aria-label={`Project ${project.name}`}
              title={project.name}
              rightSection={<IconChevronDown size={15} />}
            >
              <span className={classes.projectName}>{project.name}</span>
            </Button>
          ) : (
            <ActionIcon variant="subtle" color="gray" aria-label="Projects" title="Projects">
              <IconChevronDown size={15} />
            </ActionIcon>
          )}
        </Menu.Target>
        <Menu.Dropdown className={classes.projects}>
          {hasOthers &&
            projects.map(({ id, name, role }) => (
              <Menu.Item
                key={id}
                component="a"
                href={pathIn(id)}
                aria-current={id === project.id || undefined}
                leftSection={
                  id === project.id ? <IconCheck size={16} /> : <span className={classes.noCheck} />
                }
                rightSection={<span className={classes.projectRole}>{ROLE_LABELS[role]}</span>}
              >
                {name}
              </Menu.Item>
            ))}
          {hasOthers && <Menu.Divider />}
          {isAdmin && (
            <Menu.Item leftSection={<IconPlus size={16} />} onClick={open}>
              New project
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconFolders size={16} />}
            renderRoot={(props) => <Link to="/projects" {...props} />}
          >
            All projects
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewProjectDialog opened={making} onClose={close} />
    </>
  );
}
