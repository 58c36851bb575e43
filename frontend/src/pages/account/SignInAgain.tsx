import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useStore } from "zustand";
import { access } from "../../api/access";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import { Dialog } from "../../ui/Dialog";
import classes from "./account.module.css";
import { SignInForm } from "./SignInForm";

/** The session has ended while somebody was at work: over the page, which stays as it is. */
export function SignInAgain() {
  const { user, has_password, role } = useSession();
  const asking = useStore(access, (state) => state.asking);
  const close = () => access.setState({ asking: false });
  return (
    <Dialog
      opened={asking}
      onClose={close}
      title="You have been signed out"
      size={420}
      closeOnClickOutside={false}
    >
      <Stack gap="md">
        <Text size="sm">
          Nothing is lost, {user.name}: your work is kept in this browser. It is sent as soon as you are
          signed in again, and you go on where you are.
        </Text>
        {has_password && <SignInForm name={user.name} />}
        <div className={classes.help}>
          {has_password ? "Or open a new link in another tab" : "Open a new link in another tab"}: an admin
          makes one on the page People
          {mayAdminister(role) && (
            <>
              , and <Code>maskloop users link "{user.name}"</Code> prints one
            </>
          )}
          . This page then goes on by itself.
        </div>
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() => window.location.reload()} // What waits stays, for the same person.
          >
            I am somebody else
          </Button>
          <Button variant="default" size="compact-sm" onClick={close}>
            Not now
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
