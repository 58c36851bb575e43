import { useQuery } from "@tanstack/react-query";
import { access, noteSignedOut } from "./access";
import { getSession, signOut } from "./calls";
import { client } from "./client";
import { notSignedIn } from "./errors";
import { pageProject } from "./project";
import { keys, queryClient, sessionQuery } from "./queries";
import type { ProjectOfUser, SessionOut } from "./types";

// A session belongs to the browser: every tab has to know when it begins, ends or becomes another person's.
const tabs = new BroadcastChannel("maskloop-session");
type Word = "changing" | "changed";
const tell = (word: Word) => tabs.postMessage(word);

/** What is asked for before anybody is signed in. */
const FOR_ANYBODY = new Set([
  "/api/session",
  "/api/session/link",
  "/api/invitations/look",
  "/api/invitations/accept",
]);

let checking: Promise<void> | null = null;

/** Who is signed in, for everything that is shown to a signed-in person only. */
export function useSession(): SessionOut {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("This is shown to signed-in people only.");
  return data;
}

/** The project that the page is of; undefined: the person is in none. */
export function projectOf({ projects, project_id }: SessionOut): ProjectOfUser | undefined {
  return projects.find(({ id }) => id === project_id);
}

/** Signs in, in whichever way. The page is loaded anew when it was another person's before. */
export async function enter(way: () => Promise<SessionOut>): Promise<void> {
  tell("changing");
  try {
    take(await ofThisPage(await way()));
  } finally {
    tell("changed");
  }
}

/** Signs out and loads the page anew, so that nothing of the person stays in it. */
export async function leave(): Promise<void> {
  tell("changing");
  access.setState({ state: "changing" });
  try {
    await signOut();
    window.location.assign("/images");
  } catch (error) {
    void checkSession();
    throw error;
  } finally {
    tell("changed");
  }
}

/** Asks the server who is signed in, and acts on it. A server that does not answer changes nothing. */
export function checkSession(): Promise<void> {
  checking ??= getSession()
    .then(take, noop)
    .finally(() => {
      checking = null;
    });
  return checking;
}

/** Has the page follow its session from now on, whatever other tabs do with it. */
export function followSession(): void {
  client.use({
    onRequest({ schemaPath }) {
      if (access.getState().state !== "in" && !FOR_ANYBODY.has(schemaPath)) throw notSignedIn();
    },
  });
  tabs.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data === "changed") void checkSession();
    else if (access.getState().state === "in") access.setState({ state: "changing" });
  };
  window.addEventListener("focus", () => void checkSession());
  // An answer that was long on its way may be older than the present session.
  access.subscribe(({ asking }, before) => {
    if (asking && !before.asking) void checkSession();
  });
}

/** Signing in tells what somebody is in their first project. */
async function ofThisPage(session: SessionOut): Promise<SessionOut | null> {
  const { id } = pageProject.getState();
  return id === null || id === session.project_id ? session : getSession();
}

function take(session: SessionOut | null): void {
  const before = queryClient.getQueryData(sessionQuery.queryKey);
  if (session === null) {
    if (before) noteSignedOut();
    return;
  }
  // What this page has in memory is the other person's, or of the project that was theirs before.
  if (before && (before.user.id !== session.user.id || before.project_id !== session.project_id)) {
    window.location.reload();
    return;
  }
  queryClient.setQueryData(keys.session, session);
  access.setState({ state: "in", asking: false });
}

function noop(): void {}
