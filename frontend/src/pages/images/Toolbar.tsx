import { ActionIcon, SegmentedControl, TextInput, Title, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch, IconStack2 } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import type { ImageOut, Summary } from "../../api/types";
import { ProjectSettingsButton } from "../project/ProjectSettingsButton";
import { FilterMenu } from "./FilterMenu";
import classes from "./ImagesPage.module.css";
import { ImportButton } from "./import/ImportButton";
import { StartButtons } from "./StartButtons";
import { EMBEDDING_STATES, parseImagesSearch } from "./search";

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

  function change(part: Record<string, string>) {
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
          size="xs"
          data={filters}
          value={search.state ?? "all"}
          onChange={(state) => change({ state })}
        />
      )}
      <FilterMenu search={search} batches={batches} onChange={change} />
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
      <Tooltip label={masksShown ? "Hide the masks" : "Show the masks"} withArrow>
        <ActionIcon
          size={36}
          variant={masksShown ? "light" : "default"}
          aria-label="Masks"
          aria-pressed={masksShown}
          onClick={() => onMasksShown(!masksShown)}
        >
          <IconStack2 size={18} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
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
