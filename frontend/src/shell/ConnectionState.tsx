import { Tooltip } from "@mantine/core";
import { type ConnectionState as State, useConnection } from "../api/connection";
import classes from "./Shell.module.css";

const TEXT: Record<State, { label: string; help: string }> = {
  connecting: { label: "connecting", help: "Opening the live connection to the server." },
  live: { label: "live", help: "Changes on the server show here by themselves." },
  reconnecting: {
    label: "reconnecting",
    help: "The server does not answer. Your work stays here until it is back.",
  },
  signed_out: { label: "signed out", help: "Your work stays here until you have signed in again." },
};

export function ConnectionState() {
  const state = useConnection((connection) => connection.state);
  const { label, help } = TEXT[state];
  return (
    <Tooltip label={help} multiline maw={260}>
      <span className={classes.connection} role="status" data-testid="connection">
        <span className={classes.dot} data-state={state} />
        {label}
      </span>
    </Tooltip>
  );
}
