import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { signIn } from "../../api/calls";
import { ApiError, errorText } from "../../api/errors";
import { enter } from "../../api/session";

/** `name`: who will probably sign in; then only the password is to be typed. */
export function SignInForm({ name: likelyName = "" }: { name?: string }) {
  const [name, setName] = useState(likelyName);
  const [password, setPassword] = useState("");
  const signingIn = useMutation({
    mutationFn: () => enter(() => signIn(name.trim(), password)),
    onError: (error) => {
      if (isWrongPassword(error)) setPassword("");
    },
  });
  const { error } = signingIn;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== "" && password !== "") signingIn.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          name="name"
          autoComplete="username"
          required
          withAsterisk={false}
          data-autofocus={likelyName === "" || undefined}
          autoFocus={likelyName === ""}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus={likelyName !== "" || undefined}
          error={error && errorText(error)}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth mt={4} loading={signingIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function isWrongPassword(error: Error): boolean {
  return error instanceof ApiError && error.code === "wrong_password";
}
