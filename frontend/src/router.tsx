import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  useMatches,
} from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { basepathOf } from "./api/project";
import { EnterPage } from "./pages/account/EnterPage";
import { InvitationPage } from "./pages/account/InvitationPage";
import { SignedIn } from "./pages/account/SignedIn";
import { parseDashboardSearch } from "./pages/dashboard/search";
import { ExportsPage } from "./pages/exports/ExportsPage";
import { ImagesPage } from "./pages/images/ImagesPage";
import { parseImagesSearch } from "./pages/images/search";
import { NotFound } from "./pages/NotFound";
import { OverviewPage } from "./pages/overview/OverviewPage";
import { PageError } from "./pages/PageError";
import { PeoplePage } from "./pages/people/PeoplePage";
import { ProjectsPage } from "./pages/projects/ProjectsPage";
import { Shell } from "./shell/Shell";
import { PageLoading } from "./ui/PageLoading";

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: PageError,
});

function Root() {
  const isForAnybody = useMatches({
    select: (matches) => matches.some(({ staticData }) => staticData.isForAnybody),
  });
  if (isForAnybody) return <Outlet />;
  return (
    <SignedIn>
      <Shell />
    </SignedIn>
  );
}

const enterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/enter",
  staticData: { isForAnybody: true },
  component: EnterPage,
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  staticData: { isForAnybody: true },
  component: InvitationPage,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/images" });
  },
});

const imagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/images",
  validateSearch: parseImagesSearch,
  component: ImagesPage,
});

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/overview",
  component: OverviewPage,
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/people",
  component: PeoplePage,
});

const projectsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects",
  component: ProjectsPage,
});

const exportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/exports",
  component: ExportsPage,
});

// Pages with charts bring the library that draws them: loaded when the first of them is opened.
const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  component: lazyRouteComponent(() => import("./pages/models/ModelsPage"), "ModelsPage"),
  pendingComponent: PageLoading,
});

const dashboardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/dashboard",
  validateSearch: parseDashboardSearch,
  component: lazyRouteComponent(() => import("./pages/dashboard/DashboardPage"), "DashboardPage"),
  pendingComponent: PageLoading,
});

// The annotator brings the WASM runtime and its worker: loaded when the first image is opened.
const AnnotatorPage = lazy(() => import("./annotator/AnnotatorPage"));

const imageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/images/$imageId",
  component: function ImageRoute() {
    const { imageId } = imageRoute.useParams();
    return (
      <Suspense fallback={<PageLoading />}>
        <AnnotatorPage imageId={imageId} />
      </Suspense>
    );
  },
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    enterRoute,
    invitationRoute,
    imagesRoute,
    imageRoute,
    overviewRoute,
    peopleRoute,
    projectsRoute,
    exportsRoute,
    modelsRoute,
    dashboardRoute,
  ]),
  basepath: basepathOf(window.location.pathname),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** Also shown to those who are not signed in. */
    isForAnybody?: boolean;
  }
}
