import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { ImagesPage } from "./pages/images/ImagesPage";
import { parseImagesSearch } from "./pages/images/search";
import { NotFound } from "./pages/NotFound";
import { PageError } from "./pages/PageError";
import { Shell } from "./shell/Shell";
import { PageLoading } from "./ui/PageLoading";

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: PageError,
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
  routeTree: rootRoute.addChildren([homeRoute, imagesRoute, imageRoute]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
