import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
  skipToken,
} from "@tanstack/react-query";
import {
  getActiveModel,
  getDashboard,
  getExport,
  getHealth,
  getImage,
  getJobsOverview,
  getMachines,
  getProject,
  getQuality,
  getQueue,
  getReEmbedding,
  getReview,
  getSession,
  getStage,
  listAnnotationImports,
  listBatches,
  listBrowsers,
  listExports,
  listFailedJobs,
  listImages,
  listImportProblems,
  listImportTargets,
  listInvitations,
  listMasks,
  listMatching,
  listMembers,
  listModels,
  listOutlooks,
  listPeople,
  listProjects,
  listPromotions,
  listPublicModels,
  listTokens,
  listTrainingPoints,
  listTrainingRules,
  listTrainingRuns,
  listUsers,
  previewExport,
} from "./calls";
import { ApiError } from "./errors";
import type {
  DashboardFilters,
  ExportFilters,
  MaskFilters,
  PublicModelOut,
  StageOut,
  TrainingPointOut,
} from "./types";

const IMAGES_PER_PAGE = 200;
const SESSION_RETRY_MS = 1_000;
const REVIEW_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 2_500;
const DASHBOARD_EVERY_MS = 5_000;
const STAGE_EVERY_MS = 2_000;
const MATCHING_EVERY_MS = 5_000;
const DOWNLOAD_EVERY_MS = 1_000;
const OUTLOOK_EVERY_MS = 5_000;
const POINTS_EVERY_MS = 1_500;

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
  members: ["members"] as const,
  invitations: ["invitations"] as const,
  tokens: ["tokens"] as const,
  browsers: ["browsers"] as const,
  images: ["images"] as const,
  matching: (filters: MaskFilters | null) => ["matching", filters] as const,
  eachImage: ["image"] as const,
  image: (imageId: string) => ["image", imageId] as const,
  masks: (imageId: string) => ["masks", imageId] as const,
  batches: ["batches"] as const,
  review: ["review"] as const,
  health: ["health"] as const,
  project: ["project"] as const,
  projects: ["projects"] as const,
  queues: ["queue"] as const,
  queue: (imageId: string) => ["queue", imageId] as const,
  models: ["models"] as const,
  activeModel: ["models", "active"] as const,
  trainingRules: ["training", "rules"] as const,
  outlook: ["training", "outlook"] as const,
  trainingRuns: ["training", "runs"] as const,
  trainingPoints: (runId: string) => ["training", "points", runId] as const,
  stage: (batchId: string) => ["stage", batchId] as const,
  export: (exportId: string) => ["export", exportId] as const,
  exports: ["exports"] as const,
  exportPreview: (filters: ExportFilters) => ["exportPreview", filters] as const,
  annotationImports: ["annotationImports"] as const,
  importProblems: (importId: string) => ["importProblems", importId] as const,
  importTargets: ["importTargets"] as const,
  people: ["overview", "people"] as const,
  jobs: ["jobs"] as const,
  quality: ["quality"] as const,
  dashboard: (filters: DashboardFilters) => ["dashboard", filters] as const,
  machines: ["machines"] as const,
};

/** Who is signed in; null: nobody. Only api/session.ts changes it, so that nothing else takes the page from under a person. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: getSession,
  staleTime: "static",
  retry: (_, error) => isPassing(error),
  retryDelay: SESSION_RETRY_MS,
});

/** Asked for anew every now and then: others hand in and review all the time. */
export const reviewQuery = queryOptions({
  queryKey: keys.review,
  queryFn: getReview,
  staleTime: 0,
  refetchInterval: REVIEW_EVERY_MS,
});

export const membersQuery = queryOptions({ queryKey: keys.members, queryFn: listMembers, staleTime: 0 });
export const usersQuery = queryOptions({ queryKey: keys.users, queryFn: listUsers });
export const invitationsQuery = queryOptions({ queryKey: keys.invitations, queryFn: listInvitations });
export const browsersQuery = queryOptions({ queryKey: keys.browsers, queryFn: listBrowsers });
export const tokensQuery = queryOptions({ queryKey: keys.tokens, queryFn: listTokens });

export const imagesQuery = infiniteQueryOptions({
  queryKey: keys.images,
  queryFn: ({ pageParam }) => listImages(pageParam, IMAGES_PER_PAGE),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** Masks are made all the time: asked anew while somebody looks. Without filters nothing is asked. */
export const matchingQuery = (filters: MaskFilters | null) =>
  queryOptions({
    queryKey: keys.matching(filters),
    queryFn: filters ? () => listMatching(filters) : skipToken,
    staleTime: 0,
    refetchInterval: MATCHING_EVERY_MS,
  });

export const imageQuery = (imageId: string) =>
  queryOptions({ queryKey: keys.image(imageId), queryFn: () => getImage(imageId) });

export const masksQuery = (imageId: string) =>
  queryOptions({ queryKey: keys.masks(imageId), queryFn: () => listMasks(imageId) });

const HEALTH_EVERY_MS = 5_000;

export const healthQuery = queryOptions({
  queryKey: keys.health,
  queryFn: getHealth,
  refetchInterval: HEALTH_EVERY_MS,
});

export const projectQuery = queryOptions({ queryKey: keys.project, queryFn: getProject });
export const projectsQuery = queryOptions({ queryKey: keys.projects, queryFn: listProjects });

/** What is left, seen from an image. Other people change it all the time: asked anew whenever an image is opened. */
export const queueQuery = (imageId: string) =>
  queryOptions({ queryKey: keys.queue(imageId), queryFn: () => getQueue(imageId), staleTime: 0 });

export const activeModelQuery = queryOptions({ queryKey: keys.activeModel, queryFn: getActiveModel });

export const exportQuery = (exportId: string) =>
  queryOptions({ queryKey: keys.export(exportId), queryFn: () => getExport(exportId) });

export const exportsQuery = infiniteQueryOptions({
  queryKey: keys.exports,
  queryFn: ({ pageParam }) => listExports(pageParam),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** Masks are made all the time: counted anew whenever the filters change or the page is opened. */
export const exportPreviewQuery = (filters: ExportFilters) =>
  queryOptions({
    queryKey: keys.exportPreview(filters),
    queryFn: () => previewExport(filters),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });

export const annotationImportsQuery = infiniteQueryOptions({
  queryKey: keys.annotationImports,
  queryFn: ({ pageParam }) => listAnnotationImports(pageParam),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const importProblemsQuery = (importId: string) =>
  queryOptions({ queryKey: keys.importProblems(importId), queryFn: () => listImportProblems(importId) });

export const importTargetsQuery = queryOptions({
  queryKey: keys.importTargets,
  queryFn: listImportTargets,
  staleTime: 0,
});

// Sums over everything have no events of their own: they are asked for again while somebody looks at them.
const LIVE = { refetchInterval: LOOK_EVERY_MS, refetchOnMount: "always" } as const;

export const batchesQuery = queryOptions({ queryKey: keys.batches, queryFn: listBatches, ...LIVE });

export const qualityQuery = queryOptions({ queryKey: keys.quality, queryFn: getQuality, ...LIVE });

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

/** Figures over all masks cost more than the others: asked for less often. */
const SLOWLY = { ...LIVE, refetchInterval: DASHBOARD_EVERY_MS } as const;

export const dashboardQuery = (filters: DashboardFilters) =>
  queryOptions({ queryKey: keys.dashboard(filters), queryFn: () => getDashboard(filters), ...SLOWLY });

export const machinesQuery = queryOptions({ queryKey: keys.machines, queryFn: getMachines, ...SLOWLY });

/** Asked again every two seconds while machines work; what they do is no event. */
export const stageQuery = (batchId: string) =>
  queryOptions({
    queryKey: keys.stage(batchId),
    queryFn: () => getStage(batchId),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? STAGE_EVERY_MS : false),
  });

/** Whether machines have something to do in the batch; images whose detector has failed wait for people. */
export function isWorking({ images, detector }: StageOut): boolean {
  return images.waiting + images.running > 0 && detector?.state !== "failed";
}

export const modelsQuery = queryOptions({
  queryKey: [...keys.models, "list"],
  queryFn: listModels,
  refetchOnMount: "always",
});

/** Whether its download waits or runs. */
export function isUnfinished({ download }: PublicModelOut): boolean {
  return download?.state === "queued" || download?.state === "running";
}

/** Refetched every second while a file comes in; that is no event. */
export const publicModelsQuery = queryOptions({
  queryKey: [...keys.models, "public"],
  queryFn: listPublicModels,
  refetchOnMount: "always",
  refetchInterval: ({ state }) => (state.data?.items.some(isUnfinished) ? DOWNLOAD_EVERY_MS : false),
});

export const reEmbeddingQuery = (modelId: string) =>
  queryOptions({
    queryKey: [...keys.models, "reEmbedding", modelId],
    queryFn: () => getReEmbedding(modelId),
    staleTime: 0,
  });

export const promotionsQuery = queryOptions({
  queryKey: [...keys.models, "promotions"],
  queryFn: listPromotions,
  refetchOnMount: "always",
});

export const trainingRulesQuery = queryOptions({
  queryKey: keys.trainingRules,
  queryFn: listTrainingRules,
  refetchOnMount: "always",
});

/** Masks are made all the time: asked anew while somebody looks. */
export const outlookQuery = queryOptions({
  queryKey: keys.outlook,
  queryFn: listOutlooks,
  staleTime: 0,
  refetchInterval: OUTLOOK_EVERY_MS,
});

export const trainingRunsQuery = queryOptions({
  queryKey: keys.trainingRuns,
  queryFn: listTrainingRuns,
  refetchOnMount: "always",
});

/** A run's curve; while it is told, only what is new is asked for. */
export const trainingPointsQuery = (runId: string, isGoingOn: boolean) =>
  queryOptions({
    queryKey: keys.trainingPoints(runId),
    queryFn: async ({ client, queryKey }) => {
      const known = client.getQueryData<TrainingPointOut[]>(queryKey) ?? [];
      return [...known, ...(await listTrainingPoints(runId, known.at(-1)?.step ?? -1))];
    },
    staleTime: 0,
    refetchInterval: isGoingOn ? POINTS_EVERY_MS : false,
  });
