import { useHotkeys } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { imagesQuery, matchingQuery } from "../../api/queries";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import { EmbeddingProgress } from "./EmbeddingProgress";
import { FirstPhotos, NoMatches, NothingYet, Unreachable } from "./EmptyStates";
import { FailedNotice } from "./FailedNotice";
import { GridSkeleton } from "./GridSkeleton";
import { ImageGrid } from "./ImageGrid";
import classes from "./ImagesPage.module.css";
import { ModelNotice } from "./ModelNotice";
import { PasswordNotice } from "./PasswordNotice";
import { SelectionBar } from "./SelectionBar";
import { isFiltering, maskFilters, matches } from "./search";
import { Toolbar } from "./Toolbar";
import { useMasksShown } from "./useMasksShown";
import { useSelection } from "./useSelection";

const route = getRouteApi("/images");

export function ImagesPage() {
  const { role } = useSession();
  const search = route.useSearch();
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery({
    ...imagesQuery,
    // Masks made since the list was last seen change its counts.
    refetchOnMount: "always",
  });

  // Filters look at all images, and a row is small: the whole list is fetched, page by page.
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  const images = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const asked = useMemo(() => maskFilters(search), [search]);
  const { data: matching, error: matchingError, refetch: matchAgain } = useQuery(matchingQuery(asked));
  const shown = useMemo(
    () => images.filter((image) => matches(image, search) && (asked === null || matching?.has(image.id))),
    [images, search, asked, matching],
  );
  const isKnown = !hasNextPage && (asked === null || matching !== undefined);
  const summary = data?.pages[0]?.summary;
  const isManager = mayManage(role);
  const selection = useSelection(shown);
  const [masksShown, setMasksShown] = useMasksShown();
  useHotkeys([
    ["mod+A", () => isManager && selection.selectAll()],
    ["Escape", selection.clear],
  ]);

  return (
    <div className={classes.page}>
      {summary ? (
        <>
          <Toolbar
            images={images}
            summary={summary}
            shown={isFiltering(search) ? shown.length : null}
            masksShown={masksShown}
            onMasksShown={setMasksShown}
          />
          <EmbeddingProgress summary={summary} />
          <ModelNotice />
          <PasswordNotice />
          <FailedNotice images={images} isShown={search.state === "failed"} />
          {summary.total === 0 && (isManager ? <FirstPhotos /> : <NothingYet />)}
          {summary.total > 0 && shown.length === 0 && isKnown && <NoMatches />}
          {asked !== null && matching === undefined && matchingError && (
            <Unreachable error={matchingError} onRetry={() => void matchAgain()} />
          )}
          {shown.length > 0 && (
            <ImageGrid images={shown} masksShown={masksShown} selection={isManager ? selection : null} />
          )}
          {selection.ids.size > 0 && <SelectionBar selection={selection} />}
        </>
      ) : error ? (
        <Unreachable error={error} onRetry={() => void refetch()} />
      ) : (
        <GridSkeleton />
      )}
    </div>
  );
}
