import { Checkbox, Group, NativeSelect, NumberInput, Text, TextInput } from "@mantine/core";
import type { SplitGroup } from "../../api/types";
import { GROUPS, SPLITS, type SplitChoice } from "./split";

const NAMES = { train: "Train", val: "Val", test: "Test" };

interface Props {
  choice: SplitChoice;
  /** What makes the shares no split, or null. */
  problem: string | null;
  onChange: (choice: SplitChoice) => void;
}

/** Whether an export is split, the shares of its sets, and which images stay together. */
export function SplitFields({ choice, problem, onChange }: Props) {
  return (
    <>
      <Checkbox
        label="Split into train, val and test"
        description="An image stays in its set in every later export"
        checked={choice.isOn}
        onChange={(event) => onChange({ ...choice, isOn: event.currentTarget.checked })}
      />
      {choice.isOn && (
        <Group gap={12} align="flex-end">
          {SPLITS.map((name) => (
            <NumberInput
              key={name}
              label={NAMES[name]}
              w={90}
              suffix=" %"
              min={0}
              max={100}
              allowDecimal={false}
              value={choice[name]}
              onChange={(percent) => onChange({ ...choice, [name]: Number(percent) })}
            />
          ))}
          <NativeSelect
            label="Keep together"
            w={180}
            data={[...GROUPS]}
            value={choice.group_by}
            onChange={(event) => onChange({ ...choice, group_by: event.currentTarget.value as SplitGroup })}
          />
          {choice.group_by === "prefix" && (
            <TextInput
              label="Prefix ends at"
              w={120}
              maxLength={20}
              value={choice.separator}
              onChange={(event) => onChange({ ...choice, separator: event.currentTarget.value })}
            />
          )}
          {problem && (
            <Text size="sm" c="var(--bad)" role="alert" pb={8}>
              {problem}
            </Text>
          )}
        </Group>
      )}
    </>
  );
}
