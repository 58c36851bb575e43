import { Button, Group, Modal, Stack, Text } from "@mantine/core";

interface Props {
  opened: boolean;
  /** Of proposed masks that nobody has judged. */
  count: number;
  /** What happens to the image then. */
  decided: "submitted" | "accepted";
  onClose: () => void;
  /** Shows the first of them. */
  onNext: () => void;
  onDone: (verdict: "accept" | "reject") => void;
}

/** Asks what becomes of the rest of the proposals before the image is submitted, or accepted by a reviewer. */
export function ProposalsDialog({ opened, count, decided, onClose, onNext, onDone }: Props) {
  function done(verdict: "accept" | "reject") {
    onClose();
    onDone(verdict);
  }

  function next() {
    onClose();
    onNext();
  }

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={count === 1 ? "1 proposal is left" : `${count} proposals are left`}
      size={440}
      centered
    >
      <Stack gap="md">
        <Text size="sm">
          An image is {decided} when every proposed mask has been accepted or rejected. Accept the rest only
          if you have looked at them.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" color="gray" onClick={next} data-autofocus>
            {count === 1 ? "Show it" : "Show the next one"}
          </Button>
          <Button variant="default" onClick={() => done("reject")}>
            Reject the rest
          </Button>
          <Button onClick={() => done("accept")}>Accept the rest</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
