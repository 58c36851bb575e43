import { Button, type ButtonProps, FileButton } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { startImport } from "./importStore";
import { shownBatch } from "./shownBatch";

export function ImportButton({ children = "Import", ...props }: ButtonProps & { children?: string }) {
  const router = useRouter();
  return (
    // No `accept`: a file that is no image gets its verdict in the report instead of being greyed out.
    <FileButton
      multiple
      onChange={(files) => startImport(files, shownBatch(router.state))}
      inputProps={{ "aria-label": "Files to import" }}
    >
      {(button) => (
        <Button {...props} {...button} leftSection={<IconPhotoPlus size={17} />}>
          {children}
        </Button>
      )}
    </FileButton>
  );
}
