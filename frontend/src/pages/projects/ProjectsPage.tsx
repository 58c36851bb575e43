import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { projectsQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import { LoadFailed } from "../../ui/LoadFailed";
import { Page } from "../../ui/Page";
import { PageLoading } from "../../ui/PageLoading";
import { NewProjectDialog } from "./NewProjectDialog";
import { ProjectsTable } from "./ProjectsTable";

/** The projects that one is in; admins make and delete them here. */
export function ProjectsPage() {
  const isAdmin = mayAdminister(useSession().role);
  const { data: projects, error, refetch } = useQuery({ ...projectsQuery, refetchOnMount: "always" });
  const [making, { open, close }] = useDisclosure();
  const make = (
    <Button leftSection={<IconPlus size={17} />} onClick={open}>
      New project
    </Button>
  );
  return (
    <Page title="Projects" count={projects?.length} aside={isAdmin && make}>
      {projects && <ProjectsTable projects={projects} />}
      {!projects && !error && <PageLoading />}
      {!projects && error && <LoadFailed error={error} onRetry={refetch} />}
      <NewProjectDialog opened={making} onClose={close} />
    </Page>
  );
}
