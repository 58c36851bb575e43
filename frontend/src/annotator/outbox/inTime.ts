import { unreachable } from "../../api/errors";

/** The answer, or, when it does not come in time, the error of a server that does not answer. */
export async function answeredInTime<Answer>(answer: Promise<Answer>, withinMs: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable()), withinMs);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
