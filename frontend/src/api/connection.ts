import { create } from "zustand";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "signed_out";

/** Whether the event stream stands; who saves work waits for `live` before trying again. */
export const useConnection = create<{ state: ConnectionState }>(() => ({ state: "connecting" }));
