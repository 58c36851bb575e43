import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { promoteModel, rollBackModel } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys, reEmbeddingQuery } from "../../api/queries";
import type { RegisteredModel } from "../../api/types";
import { Dialog } from "../../ui/Dialog";
import { reEmbeddingText } from "./publicTexts";
import { changeText } from "./texts";

interface Props {
  /** That the project is to work with; null: the dialog is closed. */
  model: RegisteredModel | null;
  present: RegisteredModel | undefined;
  isBack?: boolean;
  onClose: () => void;
}

/** Says what a change of the model does, before it does. */
export function ChangeModelDialog({ model, present, isBack = false, onClose }: Props) {
  return (
    <Dialog
      opened={model !== null}
      onClose={onClose}
      title={model && (isBack ? `Roll back to ${model.name}?` : `Deploy ${model.name}?`)}
      size={500}
    >
      {model && <Change model={model} present={present} isBack={isBack} onClose={onClose} />}
    </Dialog>
  );
}

function Change({ model, present, isBack, onClose }: Omit<Props, "model"> & { model: RegisteredModel }) {
  const cache = useQueryClient();
  const isNewEncoder = model.encoder_digest !== present?.encoder_digest;
  const { data: work, error } = useQuery({ ...reEmbeddingQuery(model.id), enabled: isNewEncoder });
  const [reason, setReason] = useState("");
  const changing = useMutation({
    mutationFn: () => (isBack ? rollBackModel() : promoteModel(model.id, reason.trim())),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.models });
      onClose();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    changing.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">
          Everybody in this project works with {model.name} from then on. {changeText(model, present)} Masks
          stay as they are{isBack ? `, and ${present?.name ?? "the other model"} stays in the list.` : "."}
        </Text>
        {isNewEncoder && (
          <Text size="sm" fw={500} role="status" c={error ? "var(--bad)" : undefined}>
            {error ? errorText(error) : work ? reEmbeddingText(work) : "Counting the photos..."}
          </Text>
        )}
        {!isBack && (
          <TextInput
            label="Reason"
            description="For the history; may be left out."
            maxLength={500}
            data-autofocus
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {changing.error && (
          <Alert color="red" title="The model was not changed">
            {errorText(changing.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={changing.isPending} data-autofocus={isBack || undefined}>
            {isBack ? "Roll back" : "Deploy"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
