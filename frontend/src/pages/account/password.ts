const SHORTEST = 10;
const LONGEST = 200;

export const PASSWORD_HELP = `At least ${SHORTEST} characters.`;

/** One sentence on why a password cannot be taken; null: it can. */
export function passwordProblem(password: string): string | null {
  if (password.length < SHORTEST) return `A password has at least ${SHORTEST} characters.`;
  return password.length > LONGEST ? `A password has at most ${LONGEST} characters.` : null;
}
