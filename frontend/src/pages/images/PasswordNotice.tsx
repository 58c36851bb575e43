import { Button, CloseButton } from "@mantine/core";
import { useDisclosure, useSessionStorage } from "@mantine/hooks";
import { IconKey } from "@tabler/icons-react";
import { useSession } from "../../api/session";
import { PasswordDialog } from "../account/PasswordDialog";
import classes from "./ImagesPage.module.css";

/** Who came in by a link needs another one for the next time, unless they set a password. */
export function PasswordNotice() {
  const { has_password, auth } = useSession();
  const [isHidden, setHidden] = useSessionStorage({ key: "maskloop.no-password", defaultValue: false });
  const [opened, { open, close }] = useDisclosure();
  const isShown = auth && !has_password && !isHidden;
  return (
    <>
      {isShown && (
        <aside className={`${classes.strip} ${classes.notice}`} aria-label="About your password">
          <IconKey size={18} />
          <span>You came in by a link, which works once. Set a password to sign in without one.</span>
          <Button size="compact-sm" variant="default" onClick={open}>
            Set a password
          </Button>
          <CloseButton size="sm" aria-label="Not now" onClick={() => setHidden(true)} />
        </aside>
      )}
      <PasswordDialog opened={opened} onClose={close} />
    </>
  );
}
