import { expect, it } from "vitest";
import type { RuleOut } from "../../api/types";
import { changeText, originText, progressText, runText, startText, triggerText } from "./texts";

const RULE: RuleOut = {
  stage: "assisted_manual",
  every_masks: null,
  every_hours: null,
  least_masks: 50,
  on_entering: false,
  quiet_from: null,
  quiet_to: null,
  trains: "decoder",
  minutes: 10,
  promote: "gate",
  margin: 0,
};

it("says when a stage trains by itself", () => {
  expect(startText(RULE)).toBe("Only when an admin starts it");
  expect(startText({ ...RULE, every_masks: 1200, quiet_from: "22:00", quiet_to: "06:00" })).toBe(
    "Every 1,200 new masks, not from 22:00 to 06:00 UTC",
  );
  expect(startText({ ...RULE, every_hours: 24, on_entering: true })).toBe(
    "Every 24 hours with at least 50 new masks, or when a batch enters the stage",
  );
});

it("says what a stage's runs are like", () => {
  expect(runText(RULE)).toBe("Trains the decoder for 10 min; put to use if not worse");
  expect(runText({ ...RULE, trains: "full", minutes: 90, margin: 0.01 })).toBe(
    "Trains all of the model for 90 min; put to use if better by 0.01 IoU",
  );
  expect(runText({ ...RULE, promote: "never" })).toMatch(/put to use by an admin only$/);
});

it("says why a run was started, and how far it is", () => {
  expect(triggerText({ trigger: "person", asked_by_name: "Ada" })).toBe("asked for by Ada");
  const training = { state: "training", progress: 0.424, seconds_left: 180 } as const;
  expect(progressText(training)).toBe("42 %, about 3 min left");
  expect(progressText({ ...training, seconds_left: null })).toBe("42 %, measuring the first steps");
  expect(progressText({ ...training, state: "snapshot", progress: 0, seconds_left: null })).toBe("0 %");
  expect(progressText({ ...training, state: "stopping", seconds_left: null })).toBe(
    "Keeping the last checkpoint",
  );
});

it("says where a model comes from", () => {
  expect(originText({ is_starter: true, parent_name: null, run_id: null }, undefined)).toBe(
    "Shipped with Maskloop",
  );
  expect(originText({ is_starter: false, parent_name: "starter", run_id: "r" }, undefined)).toBe(
    "Trained from starter",
  );
});

it("tells that images wait for a new encoder alone", () => {
  const old = { name: "old", encoder_digest: "a" };
  expect(changeText({ name: "new", encoder_digest: "a" }, old)).toContain("the same embeddings as old");
  expect(changeText({ name: "new", encoder_digest: "b" }, old)).toContain("goes on with old");
});
