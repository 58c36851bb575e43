import { Button, FileButton, Group, NativeSelect, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPackageImport } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { importAnnotations } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type Pages, withNewest } from "../../api/live";
import { annotationImportsQuery, importTargetsQuery, keys } from "../../api/queries";
import type { AnnotationImportPage, ImportedAs } from "../../api/types";
import lists from "../../ui/list.module.css";
import { AnnotationImportRow } from "./AnnotationImportRow";
import classes from "./exports.module.css";

const STATES = [
  { value: "proposed", label: "as proposals" },
  { value: "accepted", label: "as accepted masks" },
];

/** Masks from elsewhere, for images that are here. */
export function AnnotationImports() {
  const imports = useInfiniteQuery({ ...annotationImportsQuery, refetchOnMount: "always" });
  const items = imports.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.section} aria-label="Import annotations">
      <Title order={2} size="h4">
        Import annotations
      </Title>
      <Text size="sm" c="dimmed">
        A COCO file, a label map, or a zip archive of COCO, label maps, YOLO with data.yaml or SA-1B, from any
        tool or from here. Masks find their images by name; the same file twice adds nothing.
      </Text>
      <Upload />
      {imports.error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(imports.error)}
        </Text>
      )}
      {items.length > 0 && (
        <ul className={lists.list} aria-label="Imports of annotations">
          {items.map((out) => (
            <AnnotationImportRow key={out.id} out={out} />
          ))}
        </ul>
      )}
      {imports.hasNextPage && (
        <Button
          variant="default"
          loading={imports.isFetchingNextPage}
          onClick={() => void imports.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </section>
  );
}

function Upload() {
  const cache = useQueryClient();
  const { data: targets } = useQuery({ ...importTargetsQuery, refetchOnMount: "always" });
  const [chosen, setChosen] = useState<string | null>(null);
  const [maskState, setMaskState] = useState<ImportedAs>("proposed");
  const [sentShare, setSentShare] = useState(0);
  const batchId = chosen ?? targets?.[0]?.id ?? "";
  const sending = useMutation({
    mutationFn: (file: File) => importAnnotations(file, batchId, maskState, setSentShare),
    onSuccess: (queued) =>
      cache.setQueryData<Pages<AnnotationImportPage>>(
        keys.annotationImports,
        (pages) => pages && withNewest(pages, queued),
      ),
    onError: (error) =>
      notifications.show({ color: "red", title: "Nothing is imported", message: errorText(error) }),
  });
  if (!targets) return null; // a file chosen now would be for no batch
  if (targets.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Import images first: annotations are for images that are here.
      </Text>
    );
  return (
    <Group gap={10}>
      <NativeSelect
        aria-label="Batch of the images"
        w={240}
        data={targets.map(({ id, name, image_count }) => ({
          value: id,
          label: `${name} (${image_count})`,
        }))}
        value={batchId}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label="State of the imported masks"
        w={190}
        data={STATES}
        value={maskState}
        onChange={(event) => setMaskState(event.currentTarget.value as ImportedAs)}
      />
      <FileButton
        accept=".json,.zip,.png,.tif,.tiff"
        inputProps={{ "aria-label": "File of annotations" }}
        onChange={(file) => file && sending.mutate(file)}
      >
        {(button) => (
          <Button
            {...button}
            variant="default"
            leftSection={<IconPackageImport size={17} />}
            disabled={sending.isPending}
          >
            {sending.isPending ? `Sending ${Math.round(100 * sentShare)} %` : "Choose a file"}
          </Button>
        )}
      </FileButton>
    </Group>
  );
}
