import { Alert, Button, Loader, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { acceptInvitation, lookAtInvitation } from "../../api/calls";
import { ApiError, errorText } from "../../api/errors";
import { ROLE_HELP, ROLE_LABELS } from "../../api/roles";
import { enter } from "../../api/session";
import type { InvitationLook } from "../../api/types";
import { untilText } from "../../ui/when";
import { Card } from "./Card";
import { PASSWORD_HELP, passwordProblem } from "./password";

/** Where an invitation leads: who invites to what, and the account to be made. */
export function InvitationPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const { data, error } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => lookAtInvitation(token),
  });
  if (data) return <Invited token={token} invitation={data} />;
  return (
    <Card title={error ? "This invitation does not hold" : "Invitation"}>
      {error ? (
        <Alert color="red" role="alert">
          {errorText(error)}
        </Alert>
      ) : (
        <Loader type="dots" />
      )}
    </Card>
  );
}

function Invited({ token, invitation }: { token: string; invitation: InvitationLook }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isTried, setTried] = useState(false);
  const accepting = useMutation({
    mutationFn: () => enter(() => acceptInvitation(token, name.trim(), password)),
    onSuccess: () => navigate({ to: "/images", replace: true }),
  });
  const { error } = accepting;
  const isNameTaken = error instanceof ApiError && error.code === "name_taken";
  const problem = passwordProblem(password);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "" && problem === null) accepting.mutate();
  }

  return (
    <Card title={`Join ${invitation.project}`}>
      <Text size="sm">
        {invitation.invited_by} invites you to {invitation.project} as{" "}
        <b>{ROLE_LABELS[invitation.role].toLowerCase()}</b>. {ROLE_HELP[invitation.role]} The invitation is
        good {untilText(invitation.expires_at)}.
      </Text>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Your name"
            description="Others see it at your masks."
            name="name"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            maxLength={64}
            error={isNameTaken && errorText(error)}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description={PASSWORD_HELP}
            name="password"
            autoComplete="new-password"
            required
            withAsterisk={false}
            error={isTried && problem}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {error && !isNameTaken && (
            <Alert color="red" role="alert">
              {errorText(error)}
            </Alert>
          )}
          <Button type="submit" fullWidth mt={4} loading={accepting.isPending}>
            Join
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
