import { Button, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { exportPreviewQuery, exportsQuery } from "../../api/queries";
import { LoadFailed } from "../../ui/LoadFailed";
import lists from "../../ui/list.module.css";
import { PageLoading } from "../../ui/PageLoading";
import { ExportRow } from "./ExportRow";
import classes from "./exports.module.css";
import { NO_FILTERS } from "./filters";

/** What was exported, newest first. */
export function ExportList() {
  const exports = useInfiniteQuery({ ...exportsQuery, refetchOnMount: "always" });
  const { data: choices } = useQuery(exportPreviewQuery(NO_FILTERS)); // the names of batches and models
  const items = exports.data?.pages.flatMap((page) => page.items);
  return (
    <section className={classes.section} aria-label="Exports">
      {!items && !exports.error && <PageLoading />}
      {!items && exports.error && <LoadFailed error={exports.error} onRetry={exports.refetch} />}
      {items?.length === 0 && (
        <div className={classes.empty}>
          <Title order={2} size="h4">
            Nothing has been exported yet
          </Title>
          <Text size="sm" c="dimmed">
            Exports stay here with their checksums until they are deleted.
          </Text>
        </div>
      )}
      {items && items.length > 0 && (
        <ul className={lists.list} aria-label="Finished and running exports">
          {items.map((out) => (
            <ExportRow key={out.id} out={out} choices={choices} />
          ))}
        </ul>
      )}
      {exports.hasNextPage && (
        <Button
          variant="default"
          loading={exports.isFetchingNextPage}
          onClick={() => void exports.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </section>
  );
}
