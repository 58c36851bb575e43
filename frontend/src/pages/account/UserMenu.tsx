import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconApi, IconChevronDown, IconDevices, IconKey, IconLogout } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useStore } from "zustand";
import { countUnsent } from "../../annotator/outbox/database";
import { access } from "../../api/access";
import { errorText } from "../../api/errors";
import { ROLE_LABELS } from "../../api/roles";
import { leave, useSession } from "../../api/session";
import classes from "./account.module.css";
import { BrowsersDialog } from "./BrowsersDialog";
import { PasswordDialog } from "./PasswordDialog";
import { SignOutDialog } from "./SignOutDialog";
import { TokensDialog } from "./TokensDialog";

/** Who is signed in, and what they can do about that. Without accounts there is nothing to do. */
export function UserMenu() {
  const { user, role, has_password, auth } = useSession();
  const navigate = useNavigate();
  const isOut = useStore(access, ({ state }) => state === "out");
  const [dialog, setDialog] = useState<"password" | "browsers" | "tokens" | null>(null);
  const [unsent, setUnsent] = useState<number | null>(null);
  if (!auth) return null;
  if (isOut) {
    return (
      <Button size="sm" onClick={() => access.setState({ asking: true })}>
        Sign in
      </Button>
    );
  }

  async function signOut(): Promise<void> {
    setUnsent(null);
    try {
      await navigate({ to: "/images" }); // gives the image at hand back
      await leave();
    } catch (error) {
      notifications.show({ color: "red", title: "Not signed out", message: errorText(error) });
    }
  }

  async function askToSignOut(): Promise<void> {
    const count = await countUnsent(user.id);
    if (count > 0) setUnsent(count);
    else await signOut();
  }

  return (
    <>
      <Menu position="bottom-end" width={220} shadow="md" withArrow>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            size="sm"
            maw={180}
            aria-label={`Account of ${user.name}`}
            rightSection={<IconChevronDown size={15} />}
          >
            {user.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {user.name}
            {role && <div className={classes.role}>{ROLE_LABELS[role]}</div>}
          </Menu.Label>
          <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setDialog("password")}>
            {has_password ? "Change password" : "Set a password"}
          </Menu.Item>
          <Menu.Item leftSection={<IconDevices size={16} />} onClick={() => setDialog("browsers")}>
            Where you are signed in
          </Menu.Item>
          <Menu.Item leftSection={<IconApi size={16} />} onClick={() => setDialog("tokens")}>
            API tokens
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void askToSignOut()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog opened={dialog === "password"} onClose={() => setDialog(null)} />
      <BrowsersDialog opened={dialog === "browsers"} onClose={() => setDialog(null)} />
      <TokensDialog opened={dialog === "tokens"} onClose={() => setDialog(null)} />
      <SignOutDialog unsent={unsent} onClose={() => setUnsent(null)} onSignOut={() => void signOut()} />
    </>
  );
}
