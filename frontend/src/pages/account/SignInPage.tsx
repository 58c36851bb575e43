import { Code } from "@mantine/core";
import classes from "./account.module.css";
import { Card } from "./Card";
import { OnTheServer } from "./OnTheServer";
import { SignInForm } from "./SignInForm";

/** Stands at the address that somebody wanted to see, and gives way to it once they are signed in. */
export function SignInPage() {
  return (
    <Card title="Sign in">
      <SignInForm />
      <div className={classes.help}>
        No password yet? Open the link that an admin gave you.
        <OnTheServer>
          <Code>maskloop run</Code> printed a link, and <Code>maskloop users link NAME</Code> prints another
          one.
        </OnTheServer>
      </div>
    </Card>
  );
}
