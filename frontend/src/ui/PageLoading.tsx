import { Center, Loader } from "@mantine/core";

export function PageLoading() {
  return (
    <Center h="100%" role="status" aria-label="Loading">
      <Loader type="dots" />
    </Center>
  );
}
