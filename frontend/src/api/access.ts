import { createStore } from "zustand/vanilla";

interface Access {
  /**
   * `in`: requests are answered. `out`: the session has ended. `changing`: another tab signs somebody in or out, and
   * whoever it is then, nothing of this page may go out in their name.
   */
  state: "in" | "changing" | "out";
  /** The page asks the person to sign in again. */
  asking: boolean;
}

/** Whether requests of this page are those of the person at it; who saves work waits for `in` before trying again. */
export const access = createStore<Access>(() => ({ state: "in", asking: false }));

/** The server no longer knows who asks. */
export function noteSignedOut(): void {
  if (access.getState().state !== "out") access.setState({ state: "out", asking: true });
}
