const MOST_THREADS = 4;

export interface ThreadChoice {
  threads: number;
  /** Why there are no threads, for the person at the screen; null when there are, or when one core is all. */
  whyOff: string | null;
}

/** How many threads the decoder gets. With more than two cores one is left to the page itself. */
export function chooseThreads(cores: number, crossOriginIsolated: boolean): ThreadChoice {
  if (!crossOriginIsolated) {
    return {
      threads: 1,
      whyOff:
        "The page is not cross-origin isolated, so the decoder runs on one thread and clicks are slower. " +
        "Ask an admin: the address must be the server's own, and a proxy must pass the COOP and COEP headers on.",
    };
  }
  return { threads: Math.min(MOST_THREADS, cores > 2 ? cores - 1 : cores), whyOff: null };
}
