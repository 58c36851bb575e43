import { expect, it } from "vitest";
import type { RuleOut } from "../../api/types";
import { isComplete, toForm, toRule } from "./rule";

const RULE: RuleOut = {
  stage: "semi_automatic",
  every_masks: 300,
  every_hours: null,
  least_masks: 40,
  on_entering: true,
  quiet_from: "20:00",
  quiet_to: "07:30",
  trains: "full",
  minutes: 45,
  promote: "never",
  margin: 0.02,
};

it("sends a rule as it came when nothing is changed", () => {
  const { stage, ...sent } = RULE;
  expect(toRule(toForm(RULE))).toEqual(sent);
});

it("leaves out what is switched off, and offers a number when it is switched on", () => {
  const form = { ...toForm(RULE), byMasks: false, byHours: true, isQuiet: false };
  expect(toRule(form)).toMatchObject({
    every_masks: null,
    every_hours: 24,
    quiet_from: null,
    quiet_to: null,
  });
});

it("is not complete while a number that counts is empty", () => {
  const form = toForm(RULE);
  expect(isComplete(form)).toBe(true);
  expect(isComplete({ ...form, masks: "" })).toBe(false);
  expect(isComplete({ ...form, hours: "" })).toBe(true);
  expect(isComplete({ ...form, minutes: "" })).toBe(false);
});
