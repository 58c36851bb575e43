import { Modal, type ModalProps } from "@mantine/core";

/** A dialog whose keys are its own: the page behind it does nothing about them. */
export function Dialog(props: ModalProps) {
  return <Modal centered {...props} onKeyDown={(event) => event.stopPropagation()} />;
}
