import { Alert, Button, Code, Loader, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { signInByLink } from "../../api/calls";
import { ApiError, errorText } from "../../api/errors";
import { enter } from "../../api/session";
import { Card } from "./Card";
import { OnTheServer } from "./OnTheServer";

/** Where a one-time link leads: it is used, and the person is in. */
export function EnterPage() {
  const navigate = useNavigate();
  const [token] = useState(() => window.location.hash.slice(1));
  const begun = useRef(false);
  const entering = useMutation({
    mutationFn: () => enter(() => signInByLink(token)),
    onSuccess: () => navigate({ to: "/images", replace: true }),
  });
  const { mutate, error } = entering;

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    // The history of a browser is no place for it.
    void navigate({ to: "/enter", replace: true });
    mutate();
  }, [navigate, mutate]);

  if (!error) {
    return (
      <Card title="Signing in">
        <Loader type="dots" />
      </Card>
    );
  }
  const isUsed = error instanceof ApiError && error.code === "link_used";
  return (
    <Card title={isUsed ? "This link is used or too old" : "Not signed in"}>
      {isUsed ? (
        <>
          <Text size="sm" role="alert">
            A link signs in once, and only for a while. Sign in with your password, or ask an admin for
            another link.
          </Text>
          <OnTheServer>
            <Code>maskloop users link NAME</Code> prints another link.
          </OnTheServer>
          <Button renderRoot={(props) => <Link to="/images" {...props} />}>Sign in with a password</Button>
        </>
      ) : (
        <>
          <Alert color="red" role="alert">
            {errorText(error)}
          </Alert>
          <Button loading={entering.isPending} onClick={() => mutate()}>
            Try again
          </Button>
        </>
      )}
    </Card>
  );
}
