import createClient from "openapi-fetch";
import type { Readable } from "openapi-typescript-helpers";
import { noteSignedOut } from "./access";
import { type ApiError, problemToError, unreachable } from "./errors";
import { noteGoneProject, withProject } from "./project";
import type { paths } from "./schema";

class RequestInProject extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === "string" ? withProject(input) : input, init);
  }
}

/**
 * Typed fetch over the backend's OpenAPI document; requests say which project the page is of. Every failed one throws
 * ApiError (or AbortError).
 */
export const client = createClient<paths>({ baseUrl: "", Request: RequestInProject });

client.use({
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    // A proxy's error page is no JSON.
    const error = failure(response.status, await response.json().catch(() => null));
    // Another project may be the one that is gone, where its path names it.
    if (schemaPath !== "/api/projects/{project_id}") noteGoneProject(error.code);
    throw error;
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError" ? error : unreachable();
  },
});

/** The error for a failed request's answer; the page learns from it when a session has ended. */
export function failure(status: number, body: unknown): ApiError {
  const error = problemToError(status, body);
  if (error.needsSignIn) noteSignedOut();
  return error;
}

/** The body of an answer that the client has already found to be a good one. */
export async function body<T>(answer: Promise<{ data?: Readable<T> }>): Promise<T> {
  // Readable is what openapi-fetch makes of T; it turns tuples such as `bbox` into arrays.
  return (await answer).data as T;
}
