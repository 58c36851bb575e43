import createClient from "openapi-fetch";
import type { Readable } from "openapi-typescript-helpers";
import { problemToError, unreachable } from "./errors";
import type { paths } from "./schema";

/** Typed fetch over the backend's OpenAPI document. Every failed request throws ApiError (or AbortError). */
export const client = createClient<paths>({ baseUrl: "" });

client.use({
  async onResponse({ response }) {
    if (response.ok) return;
    // A proxy's error page is no JSON.
    throw problemToError(response.status, await response.json().catch(() => null));
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError" ? error : unreachable();
  },
});

/** The body of an answer that the client has already found to be a good one. */
export async function body<T>(answer: Promise<{ data?: Readable<T> }>): Promise<T> {
  // Readable is what openapi-fetch makes of T; it turns tuples such as `bbox` into arrays.
  return (await answer).data as T;
}
