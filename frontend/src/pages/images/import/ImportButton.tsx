import { Button, type ButtonProps, FileButton } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { startImport } from "./importStore";

export function ImportButton({ children = "Import", ...props }: ButtonProps & { children?: string }) {
  return (
    // No `accept`: a file that is no image gets its verdict in the report instead of being greyed out.
    <FileButton multiple onChange={startImport} inputProps={{ "aria-label": "Files to import" }}>
      {(button) => (
        <Button {...props} {...button} leftSection={<IconPhotoPlus size={17} />}>
          {children}
        </Button>
      )}
    </FileButton>
  );
}
