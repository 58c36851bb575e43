import { useQuery } from "@tanstack/react-query";
import { healthQuery } from "./queries";

export const NO_WORKER = "no worker is running";

/** Whether no worker gives a sign of life: no estimate is worth anything then. Asked only while something waits. */
export function useNoWorker(isWaiting: boolean): boolean {
  const { data } = useQuery({ ...healthQuery, enabled: isWaiting });
  return isWaiting && data?.workers === 0;
}
