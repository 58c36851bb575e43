import { access } from "./access";
import { body, client, failure } from "./client";
import { ApiError, notSignedIn, unreachable } from "./errors";
import type {
  ApiTokenMade,
  ApiTokenOut,
  BatchChange,
  BatchIn,
  BatchOut,
  ExportOut,
  ImageDetail,
  ImagePage,
  ImportReport,
  InvitationLook,
  InvitationMade,
  InvitationOut,
  JobKind,
  JobOut,
  JobPage,
  JobsOverview,
  LeaseOut,
  LinkOut,
  MaskIn,
  MaskOut,
  ModelOut,
  PersonOut,
  ProjectChange,
  ProjectOut,
  QueueOut,
  Role,
  SessionOut,
  UserChange,
  UserOut,
} from "./types";

// One function per endpoint. Each throws ApiError, and AbortError where a signal was given.

export function listImages(after: string | null, limit: number) {
  return body<ImagePage>(client.GET("/api/images", { params: { query: { after, limit } } }));
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
export function getEmbedding(imageId: string, signal?: AbortSignal) {
  const path = { image_id: imageId };
  const options = { params: { path }, parseAs: "arrayBuffer", signal: signal ?? null } as const;
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

export function getProject() {
  return body<ProjectOut>(client.GET("/api/project"));
}

export function changeProject(change: ProjectChange) {
  return body<ProjectOut>(client.PATCH("/api/project", { body: change }));
}

const ofImage = (imageId: string) => ({ path: { image_id: imageId } });

/** What is left to do, and what comes behind an image. */
export function getQueue(after: string) {
  return body<QueueOut>(client.GET("/api/queue", { params: { query: { after } } }));
}

/** The next image of the queue, with its lease; null when nothing is left. */
export async function takeNext(after: string): Promise<ImageDetail | null> {
  const params = { query: { after } };
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

export function listUsers() {
  return body<UserOut[]>(client.GET("/api/users"));
}

/** Throws `last_admin`. */
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

export function startExport() {
  return body<ExportOut>(client.POST("/api/exports", { body: { format: "coco" } }));
}

export function getExport(exportId: string) {
  return body<ExportOut>(
    client.GET("/api/exports/{export_id}", { params: { path: { export_id: exportId } } }),
  );
}

export function listBatches() {
  return body<BatchOut[]>(client.GET("/api/batches"));
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

/** All failed ones of a kind; how many. */
export async function retryAllJobs(kind: JobKind): Promise<number> {
  return (await body<{ retried: number }>(client.POST("/api/jobs/retry", { body: { kind } }))).retried;
}

/**
 * Uploads images and archives, into the oldest batch unless one is given. XMLHttpRequest, because fetch does not tell
 * how much has been sent.
 */
export function importFiles(
  files: File[],
  batchId: string | null,
  onProgress: (sentShare: number) => void,
): Promise<ImportReport> {
  if (access.getState().state !== "in") return Promise.reject(notSignedIn());
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", batchId === null ? "/api/images" : `/api/images?batch=${batchId}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.response as ImportReport);
      else reject(failure(request.status, request.response));
    };
    request.onerror = () => reject(unreachable());
    request.send(form);
  });
}
