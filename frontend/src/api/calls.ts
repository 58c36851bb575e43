import { access } from "./access";
import { body, client, failure } from "./client";
import { ApiError, notSignedIn, unreachable } from "./errors";
import { withProject } from "./project";
import type {
  AnnotationImportOut,
  AnnotationImportPage,
  ApiTokenMade,
  ApiTokenOut,
  BatchChange,
  BatchIn,
  BatchOut,
  BrowserOut,
  DashboardFilters,
  DashboardOut,
  ExportFilters,
  ExportIn,
  ExportOut,
  ExportPage,
  ExportPreview,
  Health,
  ImageDetail,
  ImagePage,
  ImagesChange,
  ImagesDecision,
  ImagesResult,
  ImportedAs,
  ImportProblem,
  ImportReport,
  ImportTarget,
  InvitationLook,
  InvitationMade,
  InvitationOut,
  JobKind,
  JobOut,
  JobPage,
  JobsOverview,
  LeaseOut,
  LinkOut,
  MachinesOut,
  MaskFilters,
  MaskIn,
  MaskOut,
  MemberOut,
  ModelOut,
  Outlook,
  PersonOut,
  ProjectChange,
  ProjectOut,
  ProjectSummary,
  PromotionOut,
  PublicModelOut,
  PublicModels,
  QualityReport,
  QueueOut,
  ReEmbedding,
  RegisteredModel,
  ReviewCounts,
  Role,
  RuleIn,
  RuleOut,
  SessionOut,
  Stage,
  StageOut,
  StagePreview,
  TrainingPointOut,
  TrainingRunOut,
  UserChange,
  UserOut,
} from "./types";
import { uploadName } from "./uploadNames";

// One function per endpoint. Each throws ApiError, and AbortError where a signal was given.

export function listImages(after: string | null, limit: number) {
  return body<ImagePage>(client.GET("/api/images", { params: { query: { after, limit } } }));
}

/** The ids of all images that have such a mask. */
export async function listMatching(filters: MaskFilters): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let after: string | null = null;
  do {
    const query = { ...filters, after, limit: MOST_PER_PAGE };
    const page: ImagePage = await body<ImagePage>(client.GET("/api/images", { params: { query } }));
    for (const { id } of page.items) ids.add(id);
    after = page.next;
  } while (after !== null);
  return ids;
}

/** All batches with what is in them. */
export function listBatches() {
  return body<BatchOut[]>(client.GET("/api/batches"));
}

/** Orders, assigns or moves images. */
export function changeImages(change: ImagesChange) {
  return body<ImagesResult>(client.PATCH("/api/images", { body: change }));
}

export function decideOnImages(decision: ImagesDecision) {
  return body<ImagesResult>(client.POST("/api/images/decide", { body: decision }));
}

export function deleteImages(imageIds: string[]) {
  return body<ImagesResult>(client.POST("/api/images/delete", { body: { image_ids: imageIds } }));
}

export function getImage(imageId: string) {
  return body<ImageDetail>(client.GET("/api/images/{image_id}", { params: { path: { image_id: imageId } } }));
}

export function retryEmbedding(imageId: string) {
  return body<ImageDetail>(
    client.POST("/api/images/{image_id}/retry", { params: { path: { image_id: imageId } } }),
  );
}

/** The embedding file's bytes (layout: docs/formats.md). Throws `embedding_not_ready` while it is computed. */
export function getEmbedding(imageId: string, encoder: string, signal?: AbortSignal) {
  const path = { image_id: imageId };
  const options = {
    params: { path, query: { encoder } },
    parseAs: "arrayBuffer",
    signal: signal ?? null,
  } as const;
  return body<ArrayBuffer>(client.GET("/api/images/{image_id}/embedding", options));
}

export function listMasks(imageId: string) {
  return body<MaskOut[]>(
    client.GET("/api/images/{image_id}/masks", { params: { path: { image_id: imageId } } }),
  );
}

export function putMask(maskId: string, mask: MaskIn) {
  return body<MaskOut>(
    client.PUT("/api/masks/{mask_id}", { params: { path: { mask_id: maskId } }, body: mask }),
  );
}

export async function deleteMask(maskId: string): Promise<void> {
  await client.DELETE("/api/masks/{mask_id}", { params: { path: { mask_id: maskId } } });
}

export function restoreMask(maskId: string) {
  return body<MaskOut>(
    client.POST("/api/masks/{mask_id}/restore", { params: { path: { mask_id: maskId } } }),
  );
}

/** Says of a proposal that it is right. */
export function acceptMask(maskId: string) {
  return body<MaskOut>(client.POST("/api/masks/{mask_id}/accept", { params: { path: { mask_id: maskId } } }));
}

/** Says of a proposal that it is wrong. */
export function rejectMask(maskId: string) {
  return body<MaskOut>(client.POST("/api/masks/{mask_id}/reject", { params: { path: { mask_id: maskId } } }));
}

/** Takes either back. */
export function proposeMask(maskId: string) {
  return body<MaskOut>(
    client.POST("/api/masks/{mask_id}/propose", { params: { path: { mask_id: maskId } } }),
  );
}

export function getHealth() {
  return body<Health>(client.GET("/api/health"));
}

export function getStage(batchId: string) {
  return body<StageOut>(
    client.GET("/api/batches/{batch_id}/stage", { params: { path: { batch_id: batchId } } }),
  );
}

export function previewStage(batchId: string, stage: Stage) {
  return body<StagePreview>(
    client.GET("/api/batches/{batch_id}/stage/preview", {
      params: { path: { batch_id: batchId }, query: { stage } },
    }),
  );
}

export function enterStage(batchId: string, stage: Stage) {
  return body<StageOut>(
    client.POST("/api/batches/{batch_id}/stage", {
      params: { path: { batch_id: batchId } },
      body: { stage },
    }),
  );
}

export function retryStage(batchId: string) {
  return body<StageOut>(
    client.POST("/api/batches/{batch_id}/stage/retry", { params: { path: { batch_id: batchId } } }),
  );
}

export function cancelStage(batchId: string) {
  return body<StageOut>(
    client.POST("/api/batches/{batch_id}/stage/cancel", { params: { path: { batch_id: batchId } } }),
  );
}

/** The projects that one is in, with what is in them. */
export function listProjects() {
  return body<ProjectSummary[]>(client.GET("/api/projects"));
}

/** Throws `project_name_taken`. */
export function makeProject(name: string) {
  return body<ProjectSummary>(client.POST("/api/projects", { body: { name } }));
}

/** Deletes a project with all that is in it; its name says that it is meant. Throws `name_differs`, `only_project`. */
export async function deleteProject(projectId: string, name: string): Promise<void> {
  await client.DELETE("/api/projects/{project_id}", {
    params: { path: { project_id: projectId } },
    body: { name },
  });
}

export function getProject() {
  return body<ProjectOut>(client.GET("/api/project"));
}

/** Throws `project_name_taken`. */
export function changeProject(change: ProjectChange) {
  return body<ProjectOut>(client.PATCH("/api/project", { body: change }));
}

const MOST_PER_PAGE = 1000;

const ofImage = (imageId: string) => ({ path: { image_id: imageId } });

/** What is left to do, and what comes behind an image. */
export function getQueue(after: string) {
  return body<QueueOut>(client.GET("/api/queue", { params: { query: { after } } }));
}

/** The next image of the queue, with its lease; null when nothing is left. */
export async function takeNext(after?: string): Promise<ImageDetail | null> {
  const params = { query: after === undefined ? {} : { after } };
  return (await body<{ image: ImageDetail | null }>(client.POST("/api/queue/next", { params }))).image;
}

/** Takes or renews the sole right to work on an image. Throws `image_in_use`. */
export function takeLease(imageId: string) {
  return body<LeaseOut>(client.PUT("/api/images/{image_id}/lease", { params: ofImage(imageId) }));
}

/** Gives it back, also while the page is being closed. */
export async function giveBackLease(imageId: string): Promise<void> {
  await client.DELETE("/api/images/{image_id}/lease", { params: ofImage(imageId), keepalive: true });
}

export function submitImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/submit", { params: ofImage(imageId) }));
}

export function skipImage(imageId: string, note: string) {
  const options = { params: ofImage(imageId), body: { note } };
  return body<ImageDetail>(client.POST("/api/images/{image_id}/skip", options));
}

export function flagImage(imageId: string, note: string) {
  const options = { params: ofImage(imageId), body: { note } };
  return body<ImageDetail>(client.POST("/api/images/{image_id}/flag", options));
}

export function putOffImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/later", { params: ofImage(imageId) }));
}

/** Says that a reviewed image is done. Throws `not_your_review`. */
export function acceptImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/accept", { params: ofImage(imageId) }));
}

/** Gives a reviewed image back to who submitted it. Throws `not_your_review`. */
export function returnImage(imageId: string, note: string) {
  const options = { params: ofImage(imageId), body: { note } };
  return body<ImageDetail>(client.POST("/api/images/{image_id}/return", options));
}

/** What waits for a reviewer. */
export function getReview() {
  return body<ReviewCounts>(client.GET("/api/review"));
}

/** The next image to review, with its lease; null when none is left. */
export async function takeNextReview(): Promise<ImageDetail | null> {
  return (await body<{ image: ImageDetail | null }>(client.POST("/api/review/next"))).image;
}

export function reopenImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/reopen", { params: ofImage(imageId) }));
}

/** Who is signed in; null: nobody. */
export async function getSession(): Promise<SessionOut | null> {
  try {
    return await body<SessionOut>(client.GET("/api/session"));
  } catch (error) {
    if (error instanceof ApiError && error.needsSignIn) return null;
    throw error;
  }
}

/** Throws `wrong_password`, `too_many_attempts`. */
export function signIn(name: string, password: string) {
  return body<SessionOut>(client.POST("/api/session", { body: { name, password } }));
}

/** Signs in by a link that `maskloop run` or an admin made. Throws `link_used`. */
export function signInByLink(token: string) {
  return body<SessionOut>(client.POST("/api/session/link", { body: { token } }));
}

export async function signOut(): Promise<void> {
  await client.DELETE("/api/session");
}

/** `current`: null where the person has none yet. Throws `wrong_password`. */
export async function setPassword(current: string | null, password: string): Promise<void> {
  await client.PUT("/api/session/password", { body: { current, new: password } });
}

/** Who invites to what. Throws `invitation_invalid`. */
export function lookAtInvitation(token: string) {
  return body<InvitationLook>(client.POST("/api/invitations/look", { body: { token } }));
}

/** Throws `name_taken`, `invitation_invalid`. */
export function acceptInvitation(token: string, name: string, password: string) {
  return body<SessionOut>(client.POST("/api/invitations/accept", { body: { token, name, password } }));
}

/** Who can be given work. */
export function listMembers() {
  return body<MemberOut[]>(client.GET("/api/members"));
}

export function listUsers() {
  return body<UserOut[]>(client.GET("/api/users"));
}

/** Throws `last_admin`, `name_taken`. */
export function changeUser(userId: string, change: UserChange) {
  return body<UserOut>(
    client.PATCH("/api/users/{user_id}", { params: { path: { user_id: userId } }, body: change }),
  );
}

/** A one-time link with which a person signs in; its token is told this once. */
export function makeLink(userId: string) {
  return body<LinkOut>(client.POST("/api/users/{user_id}/link", { params: { path: { user_id: userId } } }));
}

export function listInvitations() {
  return body<InvitationOut[]>(client.GET("/api/invitations"));
}

/** An invitation; its token is told this once. */
export function invite(role: Role) {
  return body<InvitationMade>(client.POST("/api/invitations", { body: { role } }));
}

export async function revokeInvitation(invitationId: string): Promise<void> {
  await client.DELETE("/api/invitations/{invitation_id}", {
    params: { path: { invitation_id: invitationId } },
  });
}

/** Where the person is signed in. */
export function listBrowsers() {
  return body<BrowserOut[]>(client.GET("/api/session/browsers"));
}

export async function signOutBrowser(browserId: string): Promise<void> {
  await client.DELETE("/api/session/browsers/{browser_id}", { params: { path: { browser_id: browserId } } });
}

/** Everywhere but here. */
export async function signOutOthers(): Promise<void> {
  await client.DELETE("/api/session/browsers");
}

/** The person's own API tokens. */
export function listTokens() {
  return body<ApiTokenOut[]>(client.GET("/api/tokens"));
}

/** An API token, told this once. `days`: null where it never ends. */
export function makeToken(name: string, days: number | null) {
  return body<ApiTokenMade>(client.POST("/api/tokens", { body: { name, days } }));
}

export async function revokeToken(tokenId: string): Promise<void> {
  await client.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: tokenId } } });
}

export function getActiveModel() {
  return body<ModelOut>(client.GET("/api/models/active"));
}

export function startExport(wanted: ExportIn) {
  return body<ExportOut>(client.POST("/api/exports", { body: wanted }));
}

export function listExports(after: string | null) {
  return body<ExportPage>(client.GET("/api/exports", { params: { query: { after } } }));
}

/** What an export with these filters would hold now. */
export function previewExport(filters: ExportFilters) {
  return body<ExportPreview>(client.GET("/api/exports/preview", { params: { query: filters } }));
}

const ofExport = (exportId: string) => ({ path: { export_id: exportId } });

export function retryExport(exportId: string) {
  return body<ExportOut>(client.POST("/api/exports/{export_id}/retry", { params: ofExport(exportId) }));
}

export async function deleteExport(exportId: string): Promise<void> {
  await client.DELETE("/api/exports/{export_id}", { params: ofExport(exportId) });
}

export function listAnnotationImports(after: string | null) {
  return body<AnnotationImportPage>(client.GET("/api/annotation-imports", { params: { query: { after } } }));
}

/** Batches whose images can be annotated. */
export function listImportTargets() {
  return body<ImportTarget[]>(client.GET("/api/annotation-imports/targets"));
}

const ofImport = (importId: string) => ({ path: { import_id: importId } });

export function listImportProblems(importId: string) {
  return body<ImportProblem[]>(
    client.GET("/api/annotation-imports/{import_id}/problems", { params: ofImport(importId) }),
  );
}

export function retryAnnotationImport(importId: string) {
  return body<AnnotationImportOut>(
    client.POST("/api/annotation-imports/{import_id}/retry", { params: ofImport(importId) }),
  );
}

/** Forgets the import and its report; the masks stay. Throws `import_running`. */
export async function deleteAnnotationImport(importId: string): Promise<void> {
  await client.DELETE("/api/annotation-imports/{import_id}", { params: ofImport(importId) });
}

export function getExport(exportId: string) {
  return body<ExportOut>(
    client.GET("/api/exports/{export_id}", { params: { path: { export_id: exportId } } }),
  );
}

/** Throws `name_taken`. */
export function makeBatch(batch: BatchIn) {
  return body<BatchOut>(client.POST("/api/batches", { body: batch }));
}

/** Throws `name_taken`. */
export function changeBatch(batchId: string, change: BatchChange) {
  return body<BatchOut>(
    client.PATCH("/api/batches/{batch_id}", { params: { path: { batch_id: batchId } }, body: change }),
  );
}

/** Deletes a batch with its images, their masks, second looks and audits. Throws `batch_in_work`. */
export async function deleteBatch(batchId: string): Promise<void> {
  await client.DELETE("/api/batches/{batch_id}", { params: { path: { batch_id: batchId } } });
}

/** Has people correct the automatic masks of random images. Throws `nothing_to_audit`. */
export function startAudit(batchId: string, images: number) {
  return body<BatchOut>(
    client.POST("/api/batches/{batch_id}/audits", {
      params: { path: { batch_id: batchId } },
      body: { images },
    }),
  );
}

/** How far people agree with each other, and with the automatic masks. */
export function getQuality() {
  return body<QualityReport>(client.GET("/api/quality"));
}

/** Who works on what, and did how much. `today`: when the day began, as ISO 8601. */
export function listPeople(today: string) {
  return body<PersonOut[]>(client.GET("/api/overview/people", { params: { query: { today } } }));
}

export function getJobsOverview() {
  return body<JobsOverview>(client.GET("/api/jobs/overview"));
}

/** The latest of the failed jobs. */
export function listFailedJobs(limit: number) {
  return body<JobPage>(client.GET("/api/jobs", { params: { query: { state: "failed", limit } } }));
}

/** Throws `not_failed`. */
export function retryJob(jobId: string) {
  return body<JobOut>(client.POST("/api/jobs/{job_id}/retry", { params: { path: { job_id: jobId } } }));
}

/** All failed ones of a kind, or those of one reason; how many. */
export async function retryAllJobs(kind: JobKind, reason: string | null = null): Promise<number> {
  const answer = client.POST("/api/jobs/retry", { body: { kind, reason } });
  return (await body<{ retried: number }>(answer)).retried;
}

/** The project's models and those that all share, oldest first. */
export function listModels() {
  return body<RegisteredModel[]>(client.GET("/api/models"));
}

/** Every change of the project's model, the newest first. */
export function listPromotions() {
  return body<PromotionOut[]>(client.GET("/api/models/promotions"));
}

export function promoteModel(modelId: string, reason: string) {
  return body<RegisteredModel>(
    client.POST("/api/models/{model_id}/promote", {
      params: { path: { model_id: modelId } },
      body: { reason },
    }),
  );
}

/** What the project's photos would take before all of them work with a model. */
export function getReEmbedding(modelId: string) {
  return body<ReEmbedding>(
    client.GET("/api/models/{model_id}/re-embedding", { params: { path: { model_id: modelId } } }),
  );
}

/** What can be downloaded, and how far the downloads are. */
export function listPublicModels() {
  return body<PublicModels>(client.GET("/api/models/public"));
}

const ofPublic = (name: string) => ({ path: { name } });

/** Throws `model_name_taken`. */
export function downloadModel(name: string) {
  return body<PublicModelOut>(client.POST("/api/models/public/{name}/download", { params: ofPublic(name) }));
}

/** Stops a download, or forgets one that has failed. */
export function cancelModelDownload(name: string) {
  return body<PublicModelOut>(client.POST("/api/models/public/{name}/cancel", { params: ofPublic(name) }));
}

/** Throws `nothing_to_roll_back`. */
export function rollBackModel() {
  return body<RegisteredModel>(client.POST("/api/models/rollback"));
}

/** When runs start by themselves, stage by stage. */
export function listTrainingRules() {
  return body(client.GET("/api/training/rules")) as Promise<RuleOut[]>;
}

export function setTrainingRule(stage: Stage, rule: RuleIn) {
  return body(
    client.PUT("/api/training/rules/{stage}", { params: { path: { stage } }, body: rule }),
  ) as Promise<RuleOut>;
}

/** What each stage's rule would do now. */
export function listOutlooks() {
  return body<Outlook[]>(client.GET("/api/training/outlook"));
}

/** The newest first. */
export function listTrainingRuns() {
  return body<TrainingRunOut[]>(client.GET("/api/training/runs"));
}

/** Throws `training_running`, `too_few_masks`, `no_model`. */
export function startTraining(stage: Stage) {
  return body<TrainingRunOut>(client.POST("/api/training/runs", { body: { stage, note: "" } }));
}

const ofRun = (runId: string) => ({ path: { run_id: runId } });

/** What a run told of its steps behind `after`. */
export function listTrainingPoints(runId: string, after: number) {
  return body<TrainingPointOut[]>(
    client.GET("/api/training/runs/{run_id}/points", { params: { ...ofRun(runId), query: { after } } }),
  );
}

/** Throws `run_finished`. */
export function cancelTraining(runId: string) {
  return body<TrainingRunOut>(client.POST("/api/training/runs/{run_id}/cancel", { params: ofRun(runId) }));
}

/** Throws `not_failed`, `training_running`. */
export function retryTraining(runId: string) {
  return body<TrainingRunOut>(client.POST("/api/training/runs/{run_id}/retry", { params: ofRun(runId) }));
}

export function getDashboard(filters: DashboardFilters) {
  return body<DashboardOut>(client.GET("/api/dashboard", { params: { query: filters } }));
}

export function getMachines() {
  return body<MachinesOut>(client.GET("/api/dashboard/machines"));
}

/** Uploads images and archives, into the oldest batch where none is named. */
export function importFiles(
  files: File[],
  batchId: string | null,
  onProgress: (sentShare: number) => void,
): Promise<ImportReport> {
  const form = new FormData();
  for (const file of files) form.append("files", file, uploadName(file));
  const path = batchId === null ? "/api/images" : `/api/images?batch=${batchId}`;
  return upload<ImportReport>(path, form, onProgress);
}

/** Uploads a file of annotations for the images of a batch. Throws `batch_not_found`. */
export function importAnnotations(
  file: File,
  batchId: string,
  maskState: ImportedAs,
  onProgress: (sentShare: number) => void,
): Promise<AnnotationImportOut> {
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("batch_id", batchId);
  form.append("mask_state", maskState);
  return upload<AnnotationImportOut>("/api/annotation-imports", form, onProgress);
}

/** Uploads the file of a public model. Throws `wrong_file`, `model_here`, `disk_full`. */
export function uploadModelFile(
  name: string,
  file: File,
  onProgress: (sentShare: number) => void,
): Promise<PublicModelOut> {
  return upload<PublicModelOut>(`/api/models/public/${encodeURIComponent(name)}/file`, file, onProgress);
}

/** A form is posted, a file put. XMLHttpRequest, because fetch does not tell how much has been sent. */
function upload<T>(path: string, sent: FormData | File, onProgress: (sentShare: number) => void): Promise<T> {
  if (access.getState().state !== "in") return Promise.reject(notSignedIn());
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(sent instanceof File ? "PUT" : "POST", withProject(path));
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.response as T);
      else reject(failure(request.status, request.response));
    };
    request.onerror = () => reject(unreachable());
    request.send(sent);
  });
}
