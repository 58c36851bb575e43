import { Anchor, CloseButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiError } from "../../api/errors";
import { activeModelQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import classes from "./ImagesPage.module.css";

/**
 * For admins: what the starter model is for, until they have read it. For everybody: that there is no model yet, as in
 * the first moments after the first start.
 */
export function ModelNotice() {
  const { role } = useSession();
  const { data: model, error } = useQuery(activeModelQuery);
  const [readFor, setReadFor] = useLocalStorage({ key: "maskloop.notice-read", defaultValue: "" });
  if (error instanceof ApiError && error.code === "no_active_model") {
    return (
      <aside className={`${classes.strip} ${classes.notice}`} role="status">
        <IconInfoCircle size={18} />
        <span>
          The model is being prepared. This takes a moment at the first start.{" "}
          {mayAdminister(role) && <ToModels>If it stays, deploy one on the page Models.</ToModels>}
        </span>
      </aside>
    );
  }
  if (!mayAdminister(role) || !model?.notice || readFor === model.id) return null;
  return (
    <aside className={`${classes.strip} ${classes.notice}`} aria-label="About the model">
      <IconInfoCircle size={18} />
      <span>
        {model.notice} <ToModels>Download public models for production.</ToModels>
      </span>
      <CloseButton size="sm" aria-label="Hide this notice" onClick={() => setReadFor(model.id)} />
    </aside>
  );
}

function ToModels({ children }: { children: string }) {
  return (
    <Anchor inherit renderRoot={(props) => <Link to="/models" {...props} />}>
      {children}
    </Anchor>
  );
}
