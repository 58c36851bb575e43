import { NativeSelect, SegmentedControl, TextInput, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { WORK_LABELS } from "../../annotator/flow/work";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import type { Summary } from "../../api/types";
import { ProjectSettingsButton } from "../project/ProjectSettingsButton";
import classes from "./ImagesPage.module.css";
import { ImportButton } from "./import/ImportButton";
import { EMBEDDING_STATES, parseImagesSearch, WORK_STATES } from "./search";

const route = getRouteApi("/images");

/** `shown` is the number of images that pass the filter, null when there is no filter. */
export function Toolbar({ summary, shown }: { summary: Summary; shown: number | null }) {
  const { role } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const searchField = useRef<HTMLInputElement>(null);
  useHotkeys([["/", () => searchField.current?.focus()]]);

  const filters = [
    { value: "all", label: "All" },
    ...EMBEDDING_STATES.map((state) => ({ value: state, label: `${LABELS[state]} ${summary[state]}` })),
  ];

  function change(part: { state?: string; work?: string; q?: string }) {
    void navigate({ search: parseImagesSearch({ ...search, ...part }), replace: true });
  }

  return (
    <div className={classes.toolbar}>
      <Title order={1} className={classes.title}>
        Images
        <span className={classes.count}>
          {shown === null ? summary.total.toLocaleString() : `${shown} of ${summary.total}`}
        </span>
      </Title>
      <SegmentedControl
        aria-label="Show by state of the embedding"
        size="sm"
        data={filters}
        value={search.state ?? "all"}
        onChange={(state) => change({ state })}
      />
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
      {mayManage(role) && (
        <>
          <ProjectSettingsButton />
          <ImportButton />
        </>
      )}
    </div>
  );
}

const LABELS = { queued: "Queued", computing: "Computing", ready: "Ready", failed: "Failed" };

const WORK_FILTERS = [
  { value: "all", label: "Any state" },
  ...WORK_STATES.map((state) => ({ value: state, label: WORK_LABELS[state] })),
];
