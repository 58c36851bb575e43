import { Center, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { errorText } from "../../api/errors";
import { sessionQuery } from "../../api/queries";
import { SignInAgain } from "./SignInAgain";
import { SignInPage } from "./SignInPage";

/** Shows what is for signed-in people, or has them sign in first. Whoever is in is never thrown out of the page. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { data: session, failureReason } = useQuery(sessionQuery);
  if (session === null) return <SignInPage />;
  if (session === undefined) return <Waiting reason={failureReason} />;
  return (
    <>
      {children}
      <SignInAgain />
    </>
  );
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
