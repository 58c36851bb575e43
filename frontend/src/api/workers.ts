import { useQuery } from "@tanstack/react-query";
import { healthQuery } from "./queries";

export const NO_WORKER = "no worker is running";

/** Whether no worker is alive, which makes every estimate wrong. Polled only while something waits. */
export function useNoWorker(isWaiting: boolean): boolean {
  const { data } = useQuery({ ...healthQuery, enabled: isWaiting });
  return isWaiting && data?.workers === 0;
}
