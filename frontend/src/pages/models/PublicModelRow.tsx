import { Anchor, Badge, Button, FileButton, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { cancelModelDownload, downloadModel } from "../../api/calls";
import { errorText } from "../../api/errors";
import { isUnfinished, keys } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import type { PublicModelOut, RegisteredModel } from "../../api/types";
import { bytesText } from "../../ui/amounts";
import lists from "../../ui/list.module.css";
import { DownloadProgress, UploadProgress } from "./DownloadProgress";
import classes from "./models.module.css";
import { startUpload, useModelUpload } from "./modelUpload";
import { allPhotosText, paceText } from "./publicTexts";

interface Props {
  item: PublicModelOut;
  /** Of the project. */
  photos: number;
  /** What was made of it, if it is here. */
  model: RegisteredModel | undefined;
  onDeploy: (modelId: string) => void;
}

export function PublicModelRow({ item, photos, model, onDeploy }: Props) {
  const { role } = useSession();
  const upload = useModelUpload();
  const isSending = upload.isSending && upload.name === item.name;
  const details = [bytesText(item.size_bytes), item.licence, paceText(item), allPhotosText(item, photos)];
  return (
    <li className={lists.row} aria-label={item.name}>
      <div className={classes.runText}>
        <Text size="sm">
          <Text span fw={500}>
            {item.name}
          </Text>
          <span className={classes.description}>{item.description}</span>
        </Text>
        <Text size="xs" c="dimmed">
          {details.filter(Boolean).join(" · ")}
        </Text>
      </div>
      {model?.is_active && (
        <Badge variant="default" size="sm" tt="none" fw={500}>
          in use
        </Badge>
      )}
      {item.model_id && model && !model.is_active && mayAdminister(role) && (
        <Button
          size="compact-sm"
          aria-label={`Deploy ${item.name}`}
          variant="default"
          onClick={() => onDeploy(model.id)}
        >
          Deploy
        </Button>
      )}
      {!item.model_id && !isSending && mayAdminister(role) && <Actions item={item} />}
      {!isSending && <Trouble item={item} uploadError={upload.name === item.name ? upload.error : null} />}
      {isSending && <UploadProgress item={item} sentShare={upload.sentShare} />}
      {!isSending && isUnfinished(item) && <DownloadProgress item={item} />}
    </li>
  );
}

function Actions({ item }: { item: PublicModelOut }) {
  const cache = useQueryClient();
  const isBusy = useModelUpload(({ isSending }) => isSending);
  const onSettled = () => cache.invalidateQueries({ queryKey: keys.models });
  const onError = (error: Error) =>
    notifications.show({ color: "red", title: "The download was not changed", message: errorText(error) });
  const downloading = useMutation({ mutationFn: () => downloadModel(item.name), onSettled, onError });
  const cancelling = useMutation({ mutationFn: () => cancelModelDownload(item.name), onSettled, onError });
  const { download, name, size_bytes } = item;
  const isFailed = download?.state === "failed";
  const isPreparing = download?.state === "running" && download.bytes_done >= size_bytes;
  if (isPreparing) return null; // too late to stop: the file is here
  return (
    <Group gap={8} wrap="nowrap">
      {download && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          aria-label={`${isFailed ? "Dismiss" : "Cancel"} ${name}`}
          loading={cancelling.isPending}
          onClick={() => cancelling.mutate()}
        >
          {isFailed ? "Dismiss" : "Cancel"}
        </Button>
      )}
      {!isUnfinished(item) && (
        <FileButton
          accept=".pth,.pt,.safetensors"
          inputProps={{ "aria-label": `File of ${name}` }}
          onChange={(file) => file && void startUpload(item, file)}
        >
          {(button) => (
            <Button
              {...button}
              size="compact-sm"
              variant={isFailed ? "default" : "subtle"}
              color={isFailed ? undefined : "gray"}
              aria-label={`Upload ${name}`}
              disabled={isBusy}
            >
              Upload file
            </Button>
          )}
        </FileButton>
      )}
      {(!download || isFailed) && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`${isFailed ? "Try again" : "Download"} ${name}`}
          loading={downloading.isPending}
          onClick={() => downloading.mutate()}
        >
          {isFailed ? "Try again" : "Download"}
        </Button>
      )}
    </Group>
  );
}

/** Why the file is not here, and the way around. */
function Trouble({ item, uploadError }: { item: PublicModelOut; uploadError: string | null }) {
  const { role } = useSession();
  const { download } = item;
  const failure = download?.state === "failed" ? download : null;
  if (!failure && !uploadError) return null;
  return (
    <div className={classes.wide} role="alert">
      <Text size="sm" c="var(--bad)">
        {uploadError ?? failure?.error}
      </Text>
      {mayAdminister(role) && (
        <Text size="sm">
          Download <Anchor href={item.url}>{item.url}</Anchor> on a computer with internet, then upload the
          file here.
        </Text>
      )}
    </div>
  );
}
