import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import {
  getActiveModel,
  getExport,
  getImage,
  getJobsOverview,
  getProject,
  getQueue,
  getSession,
  listBatches,
  listFailedJobs,
  listImages,
  listInvitations,
  listMasks,
  listPeople,
  listTokens,
  listUsers,
} from "./calls";
import { ApiError } from "./errors";

const IMAGES_PER_PAGE = 200;
const SESSION_RETRY_MS = 1_000;
const LOOK_EVERY_MS = 2_500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream says what changed, so nothing is asked for again just because time has passed.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 3 && isPassing(error),
    },
  },
});

/** What is over by itself after a while; being signed out is not. */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && error.isTemporary && !error.needsSignIn;
}

export const keys = {
  session: ["session"] as const,
  users: ["users"] as const,
  invitations: ["invitations"] as const,
  tokens: ["tokens"] as const,
  images: ["images"] as const,
  image: (imageId: string) => ["image", imageId] as const,
  masks: (imageId: string) => ["masks", imageId] as const,
  project: ["project"] as const,
  queues: ["queue"] as const,
  queue: (imageId: string) => ["queue", imageId] as const,
  activeModel: ["models", "active"] as const,
  export: (exportId: string) => ["export", exportId] as const,
  batches: ["batches"] as const,
  people: ["overview", "people"] as const,
  jobs: ["jobs"] as const,
};

/** Who is signed in; null: nobody. Only api/session.ts changes it, so that nothing else takes the page from under a person. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: getSession,
  staleTime: "static",
  retry: (_, error) => isPassing(error),
  retryDelay: SESSION_RETRY_MS,
});

export const usersQuery = queryOptions({ queryKey: keys.users, queryFn: listUsers });
export const invitationsQuery = queryOptions({ queryKey: keys.invitations, queryFn: listInvitations });
export const tokensQuery = queryOptions({ queryKey: keys.tokens, queryFn: listTokens });

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

// Sums over everything have no events of their own: they are asked for again while somebody looks at them.
const LIVE = { refetchInterval: LOOK_EVERY_MS, refetchOnMount: "always" } as const;

export const batchesQuery = queryOptions({ queryKey: keys.batches, queryFn: listBatches, ...LIVE });

export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: () => listPeople(new Date(new Date().setHours(0, 0, 0, 0)).toISOString()),
  ...LIVE,
});

export const jobsOverviewQuery = queryOptions({
  queryKey: [...keys.jobs, "overview"],
  queryFn: getJobsOverview,
  ...LIVE,
});

export const failedJobsQuery = (limit: number) =>
  queryOptions({
    queryKey: [...keys.jobs, "failed", limit],
    queryFn: () => listFailedJobs(limit),
    placeholderData: keepPreviousData,
    ...LIVE,
  });
