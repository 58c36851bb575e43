import { CloseButton, Code } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/errors";
import { activeModelQuery } from "../../api/queries";
import { Prose } from "../../ui/Prose";
import classes from "./ImagesPage.module.css";

/**
 * What the starter model is for, until somebody has read it (the badge in the header keeps the sentence); or that
 * there is no model yet, as in the first moments after the first start.
 */
export function ModelNotice() {
  const { data: model, error } = useQuery(activeModelQuery);
  const [readFor, setReadFor] = useLocalStorage({ key: "maskloop.notice-read", defaultValue: "" });
  if (error instanceof ApiError && error.code === "no_active_model") {
    return (
      <aside className={`${classes.strip} ${classes.notice}`} role="status">
        <IconInfoCircle size={18} />
        <span>
          The model is being prepared, which takes a moment at the first start. If this stays,{" "}
          <Code>maskloop models list</Code> says more.
        </span>
      </aside>
    );
  }
  if (!model?.notice || readFor === model.id) return null;
  return (
    <aside className={`${classes.strip} ${classes.notice}`} aria-label="About the model">
      <IconInfoCircle size={18} />
      <span>
        <Prose text={model.notice} />
      </span>
      <CloseButton size="sm" aria-label="Hide this notice" onClick={() => setReadFor(model.id)} />
    </aside>
  );
}
