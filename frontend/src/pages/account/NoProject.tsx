import { Alert, Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { errorText } from "../../api/errors";
import { leave, useSession } from "../../api/session";
import { Card } from "./Card";

/** What somebody sees whom every project was taken from, or who was given none yet. */
export function NoProject() {
  const { user } = useSession();
  const leaving = useMutation({ mutationFn: leave });
  return (
    <Card title="You are in no project yet">
      <Text size="sm">Ask an admin to give {user.name} a role in one. This page then goes on by itself.</Text>
      {leaving.error && (
        <Alert color="red" role="alert">
          {errorText(leaving.error)}
        </Alert>
      )}
      <Button variant="default" loading={leaving.isPending} onClick={() => leaving.mutate()}>
        Sign out
      </Button>
    </Card>
  );
}
