import { Button, Text } from "@mantine/core";
import { IconChartBar, IconFilterOff } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { dashboardQuery } from "../../api/queries";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import type { DashboardOut } from "../../api/types";
import { LoadFailed } from "../../ui/LoadFailed";
import { NotForYou } from "../../ui/NotForYou";
import { Page } from "../../ui/Page";
import { PageLoading } from "../../ui/PageLoading";
import overview from "../overview/overview.module.css";
import { Agreement } from "./Agreement";
import { Annotators } from "./Annotators";
import classes from "./dashboard.module.css";
import { rangeOf } from "./days";
import { Filters } from "./Filters";
import { Headline } from "./Headline";
import { Machines } from "./Machines";
import { Retraining } from "./Retraining";
import { Stages } from "./Stages";
import { type Asked, csvPath, filtersOf, isFiltering } from "./search";
import { ImagesPerDay, MasksPerDay } from "./Throughput";
import { TimePerMask } from "./TimePerMask";
import { Versions } from "./Versions";

const route = getRouteApi("/dashboard");

/** How the work goes over time, in figures and charts; for managers. */
export function DashboardPage() {
  const { role } = useSession();
  if (mayManage(role)) return <Dashboard />;
  return (
    <NotForYou title="This page is for managers">
      Your own images, and what is left of them, are on the images page.
    </NotForYou>
  );
}

function Dashboard() {
  const search = route.useSearch();
  const filters = filtersOf(search);
  // What was shown stays until the figures for new filters are there.
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...dashboardQuery(filters),
    placeholderData: keepPreviousData,
  });
  if (!data && !error) return <PageLoading />;
  return (
    <Page title="Dashboard" isWide>
      {data ? (
        <>
          <Filters choices={data.choices} />
          <div className={classes.work} data-waiting={isPlaceholderData} aria-busy={isPlaceholderData}>
            <Work data={data} filters={filters} isFiltered={isFiltering(search)} />
          </div>
        </>
      ) : (
        <LoadFailed error={error} onRetry={refetch} />
      )}
      <Machines />
    </Page>
  );
}

interface Shown {
  data: DashboardOut;
  filters: Asked;
  isFiltered: boolean;
}

function Work({ data, filters, isFiltered }: Shown) {
  const range = rangeOf(data.days, filters, data.choices.first_day);
  const csv = (chart: string) => csvPath(chart, filters);
  const hasMasks = data.choices.first_day !== null;
  const hasMatches = !isFiltered || hasWork(data);
  const areImages = data.stages.some(({ images }) => images.total > 0);
  return (
    <>
      {hasMasks && hasMatches && <Headline totals={data.totals} forecast={data.forecast} />}
      <div className={classes.grid}>
        {!hasMasks && <NoMasks />}
        {hasMasks && !hasMatches && <NothingMatches />}
        {hasMasks && hasMatches && (
          <>
            <TimePerMask days={data.days} promotions={data.promotions} range={range} csv={csv("days")} />
            <Versions models={data.models} csv={csv("models")} />
            <MasksPerDay days={data.days} range={range} csv={csv("days")} />
            <ImagesPerDay days={data.days} range={range} csv={csv("days")} />
            <Agreement agreement={data.agreement} csv={csv("agreement")} />
            <Retraining promotions={data.promotions} models={data.models} csv={csv("promotions")} />
          </>
        )}
        {(areImages || !isFiltered) && <Stages stages={data.stages} csv={csv("stages")} />}
        {hasMasks && hasMatches && <Annotators annotators={data.annotators} csv={csv("annotators")} />}
      </div>
    </>
  );
}

/** Whether anything was made under the filters; images may be there all the same. */
function hasWork({ days, stages }: DashboardOut): boolean {
  return days.length > 0 || stages.some(({ masks, proposals }) => masks + proposals > 0);
}

function NothingMatches() {
  const navigate = route.useNavigate();
  return (
    <div className={overview.empty} role="status">
      <IconFilterOff size={36} stroke={1.3} />
      <Text fw={600}>Nothing matches these filters</Text>
      <Text c="dimmed" size="sm">
        No mask was made under them. Take some away, or choose a longer time.
      </Text>
      <Button mt="xs" variant="default" onClick={() => void navigate({ search: {}, replace: true })}>
        Show everything
      </Button>
    </div>
  );
}

function NoMasks() {
  return (
    <div className={`${overview.section} ${overview.empty}`} data-area="whole">
      <IconChartBar size={36} stroke={1.3} />
      <Text fw={600}>No masks yet</Text>
      <Text c="dimmed" size="sm" maw={460}>
        Import photos and annotate: from the first mask on, charts show here what a mask costs, how many are
        made, and when the work will be done.
      </Text>
      <Button mt="xs" variant="default" renderRoot={(props) => <Link to="/images" {...props} />}>
        To the images
      </Button>
    </div>
  );
}
