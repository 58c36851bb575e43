import { Button, Popover, SegmentedControl, Slider, Switch, Text } from "@mantine/core";
import type { ActionContext } from "../actions/action";
import { adjust, outlineOnly, spotlight } from "../actions/view";
import { type Adjustment, type Channel, isNeutral, NEUTRAL } from "../canvas/adjustment";
import type { WheelUse } from "../canvas/wheel";
import type { Display } from "../state/display";
import { useAnnotatorState } from "../useAnnotatorState";
import { ActionButton } from "./ActionButton";
import { FinishSettings } from "./FinishSettings";
import { Setting, slider } from "./Setting";
import classes from "./view.module.css";

const CHANNEL_CHOICES: { value: Channel; label: string }[] = [
  { value: "all", label: "All" },
  { value: "red", label: "Red" },
  { value: "green", label: "Green" },
  { value: "blue", label: "Blue" },
];

const WHEEL_CHOICES: { value: WheelUse; label: string }[] = [
  { value: "auto", label: "By device" },
  { value: "zoom", label: "Zoom" },
  { value: "move", label: "Move" },
];

/** How picture and masks are shown, beside the picture so that each change is seen at once. */
export function DisplayMenu({ context }: { context: ActionContext }) {
  const { annotator } = context;
  const opened = useAnnotatorState(annotator, (state) => state.displayOpened);
  const setOpened = (displayOpened: boolean) => annotator.store.setState({ displayOpened });
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="right-end"
      trapFocus
      returnFocus
      withArrow
      shadow="md"
      width={300}
    >
      <Popover.Target>
        <span>
          <ActionButton action={adjust} context={context} />
        </span>
      </Popover.Target>
      {/* Keys pressed in here are for the sliders: Esc closes this and leaves the mask alone. */}
      <Popover.Dropdown
        aria-label="Adjust picture and masks"
        onKeyDown={(event: React.KeyboardEvent) => event.stopPropagation()}
      >
        <Settings context={context} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Settings({ context }: { context: ActionContext }) {
  const { annotator } = context;
  const display = useAnnotatorState(annotator, (state) => state.display);
  const isSpotlit = useAnnotatorState(annotator, (state) => state.spotlight);
  const { adjustment } = display;
  const change = (changed: Partial<Display>) =>
    annotator.store.setState((state) => ({ display: { ...state.display, ...changed } }));
  const changePicture = (changed: Partial<Adjustment>) =>
    annotator.store.setState((state) => ({
      display: { ...state.display, adjustment: { ...state.display.adjustment, ...changed } },
    }));
  return (
    <div className={classes.settings}>
      <div className={classes.settingsHead}>
        <Text size="sm" fw={600} component="h2">
          Picture
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          disabled={isNeutral(adjustment)}
          onClick={() => change({ adjustment: NEUTRAL })}
        >
          Reset
        </Button>
      </div>
      <Setting label="Brightness" value={signed(adjustment.brightness)}>
        <Slider
          {...slider("Brightness")}
          startPointValue={0}
          min={-100}
          max={100}
          value={adjustment.brightness}
          onChange={(brightness) => changePicture({ brightness })}
        />
      </Setting>
      <Setting label="Contrast" value={signed(adjustment.contrast)}>
        <Slider
          {...slider("Contrast")}
          startPointValue={0}
          min={-100}
          max={100}
          value={adjustment.contrast}
          onChange={(contrast) => changePicture({ contrast })}
        />
      </Setting>
      <Setting label="Gamma" value={adjustment.gamma.toFixed(2)}>
        {/* By its logarithm, so that half and double are equally far from 1. */}
        <Slider
          {...slider("Gamma")}
          startPointValue={0}
          min={-2}
          max={2}
          step={0.05}
          value={Math.log2(adjustment.gamma)}
          onChange={(power) => changePicture({ gamma: 2 ** power })}
        />
      </Setting>
      <Setting label="Channel">
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="Channel"
          data={CHANNEL_CHOICES}
          value={adjustment.channel}
          onChange={(channel) => changePicture({ channel })}
        />
      </Setting>

      <Text size="sm" fw={600} component="h2" mt={6}>
        Masks
      </Text>
      <Setting label="Tint" value={`${Math.round(100 * display.fillOpacity)} %`}>
        <Slider
          {...slider("Tint")}
          min={0}
          max={1}
          step={0.05}
          value={display.fillOpacity}
          onChange={(fillOpacity) => change({ fillOpacity })}
        />
      </Setting>
      <Switch
        size="xs"
        label={outlineOnly.label}
        checked={display.outlineOnly}
        onChange={() => outlineOnly.perform(context)}
      />
      <Switch
        size="xs"
        label={spotlight.label}
        checked={isSpotlit}
        onChange={() => spotlight.perform(context)}
      />

      <FinishSettings annotator={annotator} />

      <Text size="sm" fw={600} component="h2" mt={6}>
        Wheel and two fingers
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Wheel and two fingers"
        data={WHEEL_CHOICES}
        value={display.wheel}
        onChange={(wheel) => change({ wheel })}
      />
      <Text size="xs" c="dimmed">
        By device, a mouse's wheel zooms and two fingers move the picture. Pinching always zooms.
      </Text>
    </div>
  );
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}
