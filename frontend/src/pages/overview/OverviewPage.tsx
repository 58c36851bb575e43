import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { batchesQuery } from "../../api/queries";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import { LoadFailed } from "../../ui/LoadFailed";
import { NotForYou } from "../../ui/NotForYou";
import { Page } from "../../ui/Page";
import { PageLoading } from "../../ui/PageLoading";
import { Quality } from "../quality/Quality";
import { BatchDialog } from "./BatchDialog";
import { Batches } from "./Batches";
import { Figures } from "./Figures";
import classes from "./overview.module.css";
import { People } from "./People";
import { Queue, StuckJobs } from "./Queue";

/** How far the work is, who does it, and what the machines do meanwhile; for managers. */
export function OverviewPage() {
  const { role } = useSession();
  if (mayManage(role)) return <Overview />;
  return (
    <NotForYou title="This page is for managers">
      Your own images, and what is left of them, are on the images page.
    </NotForYou>
  );
}

function Overview() {
  const { data: batches, error, refetch } = useQuery(batchesQuery);
  const [making, { open, close }] = useDisclosure();
  if (!batches && !error) return <PageLoading />;
  return (
    <Page
      title="Overview"
      isWide
      aside={
        <Button leftSection={<IconPlus size={17} />} onClick={open}>
          New batch
        </Button>
      }
    >
      <StuckJobs />
      {batches ? (
        <>
          <Figures batches={batches} />
          <div className={classes.rooms}>
            <Batches batches={batches} onNew={open} />
            <Quality />
            <People />
            <Queue />
          </div>
        </>
      ) : (
        <LoadFailed error={error} onRetry={refetch} />
      )}
      <BatchDialog opened={making} batch={null} onClose={close} />
    </Page>
  );
}
