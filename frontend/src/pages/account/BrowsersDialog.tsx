import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { signOutBrowser, signOutOthers } from "../../api/calls";
import { errorText } from "../../api/errors";
import { browsersQuery, keys } from "../../api/queries";
import type { BrowserOut } from "../../api/types";
import { Dialog } from "../../ui/Dialog";
import { PageLoading } from "../../ui/PageLoading";
import { agoText } from "../../ui/when";
import classes from "./account.module.css";
import { deviceText } from "./device";

/** Where the person is signed in; each browser but this one can be signed out from here. */
export function BrowsersDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Where you are signed in" size={520}>
      <Browsers />
    </Dialog>
  );
}

function Browsers() {
  const { data: browsers, error } = useQuery({ ...browsersQuery, refetchOnMount: "always" });
  const signingOut = useSignOut(signOutOthers);
  const problem = error ?? signingOut.error;
  const others = browsers?.filter((browser) => !browser.is_this_one).length ?? 0;
  return (
    <Stack gap="md">
      {problem && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(problem)}
        </Text>
      )}
      {!browsers && !error && <PageLoading />}
      {browsers && (
        <ul className={classes.tokens} aria-label="Where you are signed in">
          {browsers.map((browser) => (
            <Row key={browser.id} browser={browser} />
          ))}
        </ul>
      )}
      {others > 1 && (
        <Button
          variant="default"
          style={{ alignSelf: "flex-end" }}
          loading={signingOut.isPending}
          onClick={() => signingOut.mutate()}
        >
          Sign out everywhere else
        </Button>
      )}
      <Text size="xs" c="dimmed">
        Is there one that you do not know? Sign it out, and change your password.
      </Text>
    </Stack>
  );
}

function Row({ browser }: { browser: BrowserOut }) {
  const signingOut = useSignOut(() => signOutBrowser(browser.id));
  const device = deviceText(browser.user_agent);
  return (
    <li className={classes.token}>
      <div className={classes.tokenText}>
        <Text size="sm" fw={500} truncate title={browser.user_agent ?? undefined}>
          {device}
        </Text>
        <Text size="xs" c="dimmed">
          {browser.is_this_one ? "This one" : `Used ${agoText(browser.last_used_at)}`}, signed in{" "}
          {agoText(browser.created_at)}
        </Text>
      </div>
      {!browser.is_this_one && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Sign out ${device}`}
          loading={signingOut.isPending}
          onClick={() => signingOut.mutate()}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

function useSignOut(ask: () => Promise<void>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSettled: () => cache.invalidateQueries({ queryKey: keys.browsers }),
  });
}
