import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { keys } from "../../api/queries";
import type { MaskOut } from "../../api/types";
import type { Change } from "./changes";
import { noteAnswer } from "./savedList";

const MASK = { id: "a", image_id: "photo", state: "accepted" } as MaskOut;
const SAVED = { seq: 1, maskId: "a", imageId: "photo", kind: "save", rejected: null } as Change;

/** A server whose list of masks is answered when told to, as it was when it was asked for. */
function serverAndPage() {
  const masks: MaskOut[] = [];
  const cache = new QueryClient();
  const open: (() => void)[] = [];
  const ask = () =>
    cache.fetchQuery({
      queryKey: keys.masks("photo"),
      queryFn: () => {
        const asOfNow = [...masks];
        return new Promise<MaskOut[]>((done) => open.push(() => done(asOfNow)));
      },
    });
  const answerAll = async () => {
    for (const answer of open.splice(0)) answer();
    await new Promise((done) => setTimeout(done));
  };
  const listed = () => cache.getQueryData<MaskOut[]>(keys.masks("photo"))?.map(({ id }) => id);
  return { masks, cache, ask, answerAll, listed };
}

test("a list asked for before the mask was saved does not hide it", async () => {
  const { masks, cache, ask, answerAll, listed } = serverAndPage();
  ask().catch(() => {});
  masks.push(MASK);
  noteAnswer(cache, SAVED, { mask: MASK });
  expect(listed()).toEqual(["a"]);
  await answerAll();
  await answerAll();
  expect(listed()).toEqual(["a"]);
});

test("nor does one that was asked for again", async () => {
  const { masks, cache, ask, answerAll, listed } = serverAndPage();
  const first = ask();
  await answerAll();
  await first;
  ask().catch(() => {});
  masks.push(MASK);
  noteAnswer(cache, SAVED, { mask: MASK });
  await answerAll();
  await answerAll();
  expect(listed()).toEqual(["a"]);
});

test("a list that nobody asked for stays unknown", () => {
  const { cache, listed } = serverAndPage();
  noteAnswer(cache, SAVED, { mask: MASK });
  expect(listed()).toBeUndefined();
});

test("a list that is there is changed without asking again", async () => {
  const { cache, ask, answerAll, listed } = serverAndPage();
  const first = ask();
  await answerAll();
  await first;
  noteAnswer(cache, SAVED, { mask: MASK });
  expect(listed()).toEqual(["a"]);
  expect(cache.isFetching()).toBe(0);
  noteAnswer(cache, { ...SAVED, kind: "delete" } as Change, { mask: null });
  expect(listed()).toEqual([]);
});
