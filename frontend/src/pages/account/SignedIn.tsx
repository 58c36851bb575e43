import { Center, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useStore } from "zustand";
import { errorText } from "../../api/errors";
import { keepLastProject, lastProject, pageProject, pathIn, projectToOpen } from "../../api/project";
import { sessionQuery } from "../../api/queries";
import { useSession } from "../../api/session";
import { NoProject } from "./NoProject";
import { ProjectGone } from "./ProjectGone";
import { SignInAgain } from "./SignInAgain";
import { SignInPage } from "./SignInPage";

/**
 * Shows what is for signed-in people, or has them sign in first. Whoever is in is never thrown out of the page, unless
 * its project is gone.
 */
export function SignedIn({ children }: { children: ReactNode }) {
  const { data: session, failureReason } = useQuery(sessionQuery);
  const isGone = useStore(pageProject, (project) => project.isGone);
  if (isGone) return <ProjectGone />;
  if (session === null) return <SignInPage />;
  if (session === undefined) return <Waiting reason={failureReason} />;
  return (
    <>
      {session.role === null ? <NoProject /> : <InProject>{children}</InProject>}
      <SignInAgain />
    </>
  );
}

/** Who is in several projects has the one at hand in the address, so that tabs and links keep theirs. */
function InProject({ children }: { children: ReactNode }) {
  const session = useSession();
  // Once: an address that was good when the page was opened stays so when a second project comes.
  const [toOpen] = useState(() =>
    projectToOpen(pageProject.getState().id, session, lastProject(session.user.id)),
  );
  useEffect(() => {
    if (toOpen === null) return;
    const { pathname, search, hash } = window.location;
    window.location.replace(pathIn(toOpen, pathname) + search + hash);
  }, [toOpen]);
  useEffect(() => {
    if (toOpen === null && session.project_id) keepLastProject(session.user.id, session.project_id);
  }, [toOpen, session.user.id, session.project_id]);
  return toOpen === null ? children : <Waiting reason={null} />;
}

function Waiting({ reason }: { reason: Error | null }) {
  return (
    <Center h="100dvh" role="status" aria-label="Loading">
      <Stack align="center">
        <Loader type="dots" />
        {reason && (
          <Text size="sm" c="dimmed">
            {errorText(reason)}
          </Text>
        )}
      </Stack>
    </Center>
  );
}
