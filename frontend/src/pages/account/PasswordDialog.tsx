import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { setPassword } from "../../api/calls";
import { ApiError, errorText } from "../../api/errors";
import { checkSession, useSession } from "../../api/session";
import { Dialog } from "../../ui/Dialog";
import { PASSWORD_HELP, passwordProblem } from "./password";

export function PasswordDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { has_password } = useSession();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={has_password ? "Change password" : "Set a password"}
      size={420}
    >
      <PasswordForm onClose={onClose} />
    </Dialog>
  );
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const { user, has_password } = useSession();
  const [current, setCurrent] = useState("");
  const [password, setNew] = useState("");
  const [isTried, setTried] = useState(false);
  const saving = useMutation({
    mutationFn: () => setPassword(has_password ? current : null, password),
    onSuccess: () => {
      void checkSession();
      notifications.show({ message: "Your password is set." });
      onClose();
    },
  });
  const { error } = saving;
  const isCurrentWrong = error instanceof ApiError && error.code === "wrong_password";
  const problem = passwordProblem(password);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (problem === null) saving.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {!has_password && <Text size="sm">With a password you sign in without a link from now on.</Text>}
        {/* For the browser's keeper of passwords. */}
        <input type="text" name="name" autoComplete="username" value={user.name} readOnly hidden />
        {has_password && (
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            data-autofocus
            error={isCurrentWrong && errorText(error)}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label="New password"
          description={PASSWORD_HELP}
          autoComplete="new-password"
          data-autofocus={!has_password || undefined}
          error={isTried && problem}
          value={password}
          onChange={(event) => setNew(event.currentTarget.value)}
        />
        {error && !isCurrentWrong && (
          <Text size="sm" c="var(--bad)" role="alert">
            {errorText(error)}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" color="gray" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
