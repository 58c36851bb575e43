import { Button, Code, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { makeToken, revokeToken } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys, tokensQuery } from "../../api/queries";
import type { ApiTokenOut } from "../../api/types";
import { CopyField } from "../../ui/CopyField";
import { Dialog } from "../../ui/Dialog";
import { PageLoading } from "../../ui/PageLoading";
import { agoText, untilText } from "../../ui/when";
import classes from "./account.module.css";

const NEVER = "never";
const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: NEVER, label: "No end" },
];

export function TokensDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="API tokens" size={560}>
      <Tokens />
    </Dialog>
  );
}

function Tokens() {
  const { data: tokens, error } = useQuery({ ...tokensQuery, refetchOnMount: "always" });
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        A program that sends <Code>Authorization: Bearer TOKEN</Code> does what you may do, in your name.
      </Text>
      <NewToken />
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {!tokens && !error && <PageLoading />}
      {tokens && tokens.length > 0 && (
        <ul className={classes.tokens} aria-label="Your API tokens">
          {tokens.map((token) => (
            <Row key={token.id} token={token} />
          ))}
        </ul>
      )}
    </Stack>
  );
}

function NewToken() {
  const cache = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const making = useMutation({
    mutationFn: () => makeToken(name.trim(), days === NEVER ? null : Number(days)),
    onSuccess: () => {
      setName("");
      void cache.invalidateQueries({ queryKey: keys.tokens });
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== "") making.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Group gap={8} align="flex-end" wrap="nowrap">
        <TextInput
          label="What it is for"
          placeholder="Nightly export"
          flex={1}
          maxLength={64}
          error={making.error && errorText(making.error)}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Good for"
          w={110}
          data={LIFETIMES}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <Button type="submit" loading={making.isPending} disabled={name.trim() === ""}>
          Make a token
        </Button>
      </Group>
      {making.data && (
        <Stack gap={6} mt="md">
          <CopyField label="The new token" value={making.data.token} />
          <Text size="xs" c="dimmed">
            It is shown this once. Copy it now.
          </Text>
        </Stack>
      )}
    </form>
  );
}

function Row({ token }: { token: ApiTokenOut }) {
  const cache = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.tokens }),
  });
  const used = token.last_used_at ? `used ${agoText(token.last_used_at)}` : "never used";
  const good = token.expires_at ? `good ${untilText(token.expires_at)}` : "no end";
  return (
    <li className={classes.token}>
      <div className={classes.tokenText}>
        <Text size="sm" fw={500} truncate title={token.name}>
          {token.name}
        </Text>
        <Text size="xs" c="dimmed">
          Made {agoText(token.created_at)}, {used}, {good}
        </Text>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Revoke ${token.name}`}
        loading={revoking.isPending}
        onClick={() => revoking.mutate()}
      >
        Revoke
      </Button>
    </li>
  );
}
