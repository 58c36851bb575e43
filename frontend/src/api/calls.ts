import { body, client } from "./client";
import { clientId } from "./clientId";
import { problemToError, unreachable } from "./errors";
import type {
  ExportOut,
  ImageDetail,
  ImagePage,
  ImportReport,
  LeaseOut,
  MaskIn,
  MaskOut,
  ModelOut,
  ProjectChange,
  ProjectOut,
  QueueOut,
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

const asHolder = () => ({ "X-Maskloop-Client": clientId() });
const heldImage = (imageId: string) => ({ path: { image_id: imageId }, header: asHolder() });

/** What is left to do, and what comes behind an image. */
export function getQueue(after: string) {
  return body<QueueOut>(client.GET("/api/queue", { params: { query: { after }, header: asHolder() } }));
}

/** The next image of the queue, with its lease; null when nothing is left. */
export async function takeNext(after: string): Promise<ImageDetail | null> {
  const params = { query: { after }, header: asHolder() };
  return (await body<{ image: ImageDetail | null }>(client.POST("/api/queue/next", { params }))).image;
}

/** Takes or renews the sole right to work on an image. Throws `image_in_use`. */
export function takeLease(imageId: string) {
  return body<LeaseOut>(client.PUT("/api/images/{image_id}/lease", { params: heldImage(imageId) }));
}

/** Gives it back, also while the page is being closed. */
export async function giveBackLease(imageId: string): Promise<void> {
  await client.DELETE("/api/images/{image_id}/lease", { params: heldImage(imageId), keepalive: true });
}

export function submitImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/submit", { params: heldImage(imageId) }));
}

export function skipImage(imageId: string, note: string) {
  const options = { params: heldImage(imageId), body: { note } };
  return body<ImageDetail>(client.POST("/api/images/{image_id}/skip", options));
}

export function flagImage(imageId: string, note: string) {
  const options = { params: heldImage(imageId), body: { note } };
  return body<ImageDetail>(client.POST("/api/images/{image_id}/flag", options));
}

export function putOffImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/later", { params: heldImage(imageId) }));
}

export function reopenImage(imageId: string) {
  return body<ImageDetail>(client.POST("/api/images/{image_id}/reopen", { params: heldImage(imageId) }));
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

/** Uploads images and archives. XMLHttpRequest, because fetch does not tell how much has been sent. */
export function importFiles(files: File[], onProgress: (sentShare: number) => void): Promise<ImportReport> {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/images");
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.response as ImportReport);
      else reject(problemToError(request.status, request.response));
    };
    request.onerror = () => reject(unreachable());
    request.send(form);
  });
}
