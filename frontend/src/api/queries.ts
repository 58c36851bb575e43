import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import { getActiveModel, getExport, getImage, getProject, getQueue, listImages, listMasks } from "./calls";
import { ApiError } from "./errors";

const IMAGES_PER_PAGE = 200;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream says what changed, so nothing is asked for again just because time has passed.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 3 && error instanceof ApiError && error.isTemporary,
    },
  },
});

export const keys = {
  images: ["images"] as const,
  image: (imageId: string) => ["image", imageId] as const,
  masks: (imageId: string) => ["masks", imageId] as const,
  project: ["project"] as const,
  queues: ["queue"] as const,
  queue: (imageId: string) => ["queue", imageId] as const,
  activeModel: ["models", "active"] as const,
  export: (exportId: string) => ["export", exportId] as const,
};

export const imagesQuery = infiniteQueryOptions({
  queryKey: keys.images,
  queryFn: ({ pageParam }) => listImages(pageParam, IMAGES_PER_PAGE),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const imageQuery = (imageId: string) =>
  queryOptions({ queryKey: keys.image(imageId), queryFn: () => getImage(imageId) });

export const masksQuery = (imageId: string) =>
  queryOptions({ queryKey: keys.masks(imageId), queryFn: () => listMasks(imageId) });

export const projectQuery = queryOptions({ queryKey: keys.project, queryFn: getProject });
/** What is left, seen from an image. Other people change it all the time: asked anew whenever an image is opened. */
export const queueQuery = (imageId: string) =>
  queryOptions({ queryKey: keys.queue(imageId), queryFn: () => getQueue(imageId), staleTime: 0 });

export const activeModelQuery = queryOptions({ queryKey: keys.activeModel, queryFn: getActiveModel });

export const exportQuery = (exportId: string) =>
  queryOptions({ queryKey: keys.export(exportId), queryFn: () => getExport(exportId) });
