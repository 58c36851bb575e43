import type { RuleIn, RuleOut } from "../../api/types";

/** A rule as its form has it: what is switched off keeps its number. */
export interface RuleForm {
  byMasks: boolean;
  masks: number | string;
  byHours: boolean;
  hours: number | string;
  leastMasks: number | string;
  onEntering: boolean;
  isQuiet: boolean;
  quietFrom: string;
  quietTo: string;
  trains: RuleOut["trains"];
  minutes: number | string;
  promote: RuleOut["promote"];
  margin: number | string;
}

const MASKS = 500;
const HOURS = 24;
const QUIET = { from: "22:00", to: "06:00" };

export function toForm(rule: RuleOut): RuleForm {
  return {
    byMasks: rule.every_masks !== null,
    masks: rule.every_masks ?? MASKS,
    byHours: rule.every_hours !== null,
    hours: rule.every_hours ?? HOURS,
    leastMasks: rule.least_masks,
    onEntering: rule.on_entering,
    isQuiet: rule.quiet_from !== null,
    quietFrom: rule.quiet_from ?? QUIET.from,
    quietTo: rule.quiet_to ?? QUIET.to,
    trains: rule.trains,
    minutes: rule.minutes,
    promote: rule.promote,
    margin: rule.margin,
  };
}

export function toRule(form: RuleForm): RuleIn {
  return {
    every_masks: form.byMasks ? Number(form.masks) : null,
    every_hours: form.byHours ? Number(form.hours) : null,
    least_masks: Number(form.leastMasks),
    on_entering: form.onEntering,
    quiet_from: form.isQuiet ? form.quietFrom : null,
    quiet_to: form.isQuiet ? form.quietTo : null,
    trains: form.trains,
    minutes: Number(form.minutes),
    promote: form.promote,
    margin: Number(form.margin),
  };
}

/** Whether nothing that counts is left empty. */
export function isComplete(form: RuleForm): boolean {
  const needed = [form.leastMasks, form.minutes, form.margin];
  if (form.byMasks) needed.push(form.masks);
  if (form.byHours) needed.push(form.hours);
  if (form.isQuiet) needed.push(form.quietFrom, form.quietTo);
  return needed.every((value) => value !== "");
}
