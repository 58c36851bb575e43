/** What went wrong with a request: the server's problem+json, or `unreachable` when no answer came. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The stable code of the problem, such as `embedding_not_ready`. */
    readonly code: string,
    /** A sentence for the person at the screen. */
    readonly detail: string,
  ) {
    super(detail);
  }

  /** True when the same request may well succeed later. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.needsSignIn;
  }

  /** True when nobody is signed in any more: the same request succeeds as soon as somebody is. */
  get needsSignIn(): boolean {
    return this.code === "not_signed_in";
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, "unreachable", "Maskloop's server does not answer. It may be restarting.");
}

export function notSignedIn(): ApiError {
  return new ApiError(401, "not_signed_in", "You are signed out. Sign in to go on.");
}

/** Turns an error answer's body (problem+json, or whatever a proxy sent instead) into an ApiError. */
export function problemToError(status: number, body: unknown): ApiError {
  if (typeof body === "object" && body !== null && "code" in body && typeof body.code === "string") {
    const detail = "detail" in body && typeof body.detail === "string" ? body.detail : null;
    const title = "title" in body && typeof body.title === "string" ? body.title : null;
    return new ApiError(status, body.code, detail ?? title ?? `The server answered ${status}.`);
  }
  return new ApiError(status, "unexpected_answer", `The server answered ${status} without a reason.`);
}

/** The sentence to show for any thrown value. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

/** Whether somebody else has changed meanwhile what this change was to replace. */
export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof ApiError && error.code === "project_changed";
}
