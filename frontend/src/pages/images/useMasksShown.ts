import { useLocalStorage } from "@mantine/hooks";

/** Whether the grid draws the masks on the images; remembered on this computer. */
export function useMasksShown(): [boolean, (shown: boolean) => void] {
  const [shown, setShown] = useLocalStorage({
    key: "maskloop-masks-shown",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  return [shown, setShown];
}
