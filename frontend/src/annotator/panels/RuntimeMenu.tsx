import { Menu, Tooltip } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import type { Annotator } from "../Annotator";
import { readGraphicsUse } from "../decoder/graphicsUse";
import type { GraphicsUse } from "../decoder/protocol";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";

const CHOICES: [GraphicsUse, string][] = [
  ["auto", "Graphics card when it is faster"],
  ["always", "Graphics card in any case"],
  ["never", "Processor"],
];

/** Where the decoder runs, in browsers that leave a choice. */
export function RuntimeMenu({ annotator }: { annotator: Annotator }) {
  const runtime = useAnnotatorState(annotator, (state) => state.runtime);
  const [opened, setOpened] = useState(false);
  if (!runtime || !("gpu" in navigator)) return null;
  const isGraphics = runtime.provider === "webgpu";
  const used = readGraphicsUse();
  return (
    <Menu position="top-start" withArrow opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Tooltip
          label={runtime.objection ?? "Where the decoder runs"}
          disabled={opened}
          multiline
          maw={320}
          position="top-start"
        >
          <button
            type="button"
            className={runtime.objection ? classes.attention : undefined}
            data-testid="runtime"
          >
            {isGraphics ? "GPU" : "CPU"}
          </button>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>The decoder runs on the</Menu.Label>
        {CHOICES.map(([use, label]) => (
          <Menu.Item
            key={use}
            leftSection={<IconCheck size={14} visibility={use === used ? "visible" : "hidden"} />}
            onClick={() => void annotator.preparation.setGraphicsUse(use)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
