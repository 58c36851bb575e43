import { expect, it } from "vitest";
import { isFiltered, NO_FILTERS, toggled } from "./filters";
import { filtersText } from "./labels";

it("takes a value in and out again", () => {
  const one = toggled(NO_FILTERS, "sources", "clicked");
  const two = toggled(one, "sources", "edited");
  expect(two.sources).toEqual(["clicked", "edited"]);
  expect(toggled(two, "sources", "clicked").sources).toEqual(["edited"]);
  expect([isFiltered(one), isFiltered(toggled(one, "sources", "clicked"))]).toEqual([true, false]);
});

it("names what an export was limited to", () => {
  const night = { value: "b1", name: "Night", masks: 3 };
  const choices = {
    image_count: 1,
    mask_count: 3,
    empty_image_count: 0,
    batch_ids: [night],
    stages: [],
    sources: [],
    review_states: [],
    model_ids: [],
  };
  const filters = { ...NO_FILTERS, batch_ids: ["b1", "b2"], review_states: ["done" as const] };
  expect(filtersText(filters, choices)).toBe("Night · a batch · Done");
  expect(filtersText(NO_FILTERS, choices)).toBe("");
});
