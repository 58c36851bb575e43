import { NativeSelect, SegmentedControl, Switch, TextInput, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { WORK_LABELS } from "../../annotator/flow/work";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import type { ImageOut, Summary } from "../../api/types";
import { ProjectSettingsButton } from "../project/ProjectSettingsButton";
import classes from "./ImagesPage.module.css";
import { ImportButton } from "./import/ImportButton";
import { StartButtons } from "./StartButtons";
import { EMBEDDING_STATES, parseImagesSearch, WORK_STATES } from "./search";

const route = getRouteApi("/images");

interface Props {
  images: readonly ImageOut[];
  summary: Summary;
  /** How many images pass the filter; null when there is none. */
  shown: number | null;
  masksShown: boolean;
  onMasksShown: (shown: boolean) => void;
}

export function Toolbar({ images, summary, shown, masksShown, onMasksShown }: Props) {
  const { role } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const searchField = useRef<HTMLInputElement>(null);
  useHotkeys([["/", () => searchField.current?.focus()]]);

  const batches = useMemo(() => batchesOf(images), [images]);
  // Managers hear of every image; others count what they have.
  const total = mayManage(role) ? summary.total : images.length;
  const filters = [
    { value: "all", label: "All" },
    ...EMBEDDING_STATES.map((state) => ({ value: state, label: `${LABELS[state]} ${summary[state]}` })),
  ];

  function change(part: { state?: string; work?: string; batch?: string; q?: string }) {
    void navigate({ search: parseImagesSearch({ ...search, ...part }), replace: true });
  }

  return (
    <div className={classes.toolbar}>
      <Title order={1} className={classes.title}>
        Images
        <span className={classes.count}>
          {shown === null ? total.toLocaleString() : `${shown} of ${total}`}
        </span>
      </Title>
      {mayManage(role) && (
        <SegmentedControl
          aria-label="Show by state of the embedding"
          size="sm"
          data={filters}
          value={search.state ?? "all"}
          onChange={(state) => change({ state })}
        />
      )}
      {(batches.length > 1 || search.batch) && (
        <NativeSelect
          aria-label="Show one batch"
          size="sm"
          className={classes.batch}
          data={[{ value: "all", label: "All batches" }, ...batches]}
          value={search.batch ?? "all"}
          onChange={(event) => change({ batch: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        aria-label="Show by state of the work"
        size="sm"
        data={WORK_FILTERS}
        value={search.work ?? "all"}
        onChange={(event) => change({ work: event.currentTarget.value })}
      />
      <TextInput
        ref={searchField}
        type="search"
        className={classes.search}
        aria-label="Search by name"
        placeholder="Search by name"
        title="Press / to search"
        leftSection={<IconSearch size={16} />}
        value={search.q ?? ""}
        onChange={(event) => change({ q: event.currentTarget.value })}
        onKeyDown={(event) => event.key === "Escape" && change({ q: "" })}
      />
      <Switch
        label="Masks"
        size="sm"
        checked={masksShown}
        onChange={(event) => onMasksShown(event.currentTarget.checked)}
      />
      <StartButtons />
      {mayManage(role) && (
        <>
          <ProjectSettingsButton />
          <ImportButton />
        </>
      )}
    </div>
  );
}

function batchesOf(images: readonly ImageOut[]): { value: string; label: string }[] {
  const names = new Map(images.map(({ batch }) => [batch.id, batch.name]));
  return [...names].map(([value, label]) => ({ value, label }));
}

const LABELS = { queued: "Queued", computing: "Computing", ready: "Ready", failed: "Failed" };

const WORK_FILTERS = [
  { value: "all", label: "Any state" },
  ...WORK_STATES.map((state) => ({ value: state, label: WORK_LABELS[state] })),
];
