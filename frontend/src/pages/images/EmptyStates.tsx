import { Button, Text, Title } from "@mantine/core";
import { IconPhoto, IconPhotoPlus, IconPlugConnectedX, IconSearchOff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { errorText } from "../../api/errors";
import classes from "./ImagesPage.module.css";
import { ImportButton } from "./import/ImportButton";

const route = getRouteApi("/images");

export function FirstPhotos() {
  return (
    <div className={classes.center}>
      <div className={classes.dropFrame}>
        <IconPhotoPlus size={52} stroke={1.2} />
        <Title order={2} size="h3">
          Drop your photos here
        </Title>
        <Text c="dimmed" maw={420}>
          Or whole folders and .zip archives. Maskloop looks at each photo once; then every click in it gives
          a mask at once. Nothing leaves this computer.
        </Text>
        <ImportButton mt="md" size="md">
          Choose files
        </ImportButton>
      </div>
    </div>
  );
}

/** For those who import nothing themselves. */
export function NothingYet() {
  return (
    <div className={classes.center}>
      <IconPhoto size={40} stroke={1.3} />
      <Title order={2} size="h4">
        There are no images yet
      </Title>
      <Text c="dimmed">They show here as soon as a manager has imported some.</Text>
    </div>
  );
}

export function NoMatches() {
  const navigate = route.useNavigate();
  return (
    <div className={classes.center}>
      <IconSearchOff size={40} stroke={1.3} />
      <Title order={2} size="h4">
        No image matches
      </Title>
      <Text c="dimmed">There are images, but none is like all that the filters and the search ask for.</Text>
      <Button variant="default" mt="xs" onClick={() => void navigate({ search: {} })}>
        Clear filters
      </Button>
    </div>
  );
}

export function Unreachable({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div className={classes.center} role="alert">
      <IconPlugConnectedX size={40} stroke={1.3} />
      <Title order={2} size="h4">
        The images cannot be shown
      </Title>
      <Text c="dimmed">{errorText(error)}</Text>
      <Button mt="xs" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
