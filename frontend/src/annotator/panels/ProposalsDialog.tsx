import { Button, Group, Modal, Stack, Text } from "@mantine/core";

interface Props {
  opened: boolean;
  /** Of proposed masks that nobody has judged. */
  count: number;
  onClose: () => void;
  onDone: (verdict: "accept" | "reject") => void;
}

/** Asks what becomes of the rest of the proposals before the image is submitted. */
export function ProposalsDialog({ opened, count, onClose, onDone }: Props) {
  function done(verdict: "accept" | "reject") {
    onClose();
    onDone(verdict);
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
          An image is submitted when every proposed mask has been accepted or rejected. Accept the rest only
          if you have looked at them.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" color="gray" onClick={onClose} data-autofocus>
            Go on working
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
