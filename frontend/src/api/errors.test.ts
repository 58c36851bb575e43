import { expect, it } from "vitest";
import { notSignedIn, problemToError, unreachable } from "./errors";

it("keeps the code and the sentence of a problem", () => {
  const error = problemToError(409, {
    code: "mask_conflict",
    title: "Conflict",
    detail: "Another mask has it.",
  });
  expect(error).toMatchObject({ status: 409, code: "mask_conflict", detail: "Another mask has it." });
  expect(error.isTemporary).toBe(false);
});

it("says something sensible about an answer that is no problem document", () => {
  expect(problemToError(502, "<html>")).toMatchObject({ code: "unexpected_answer", isTemporary: true });
});

it("takes a server that does not answer as temporary", () => {
  expect(unreachable().isTemporary).toBe(true);
});

it("takes being signed out as over once somebody signs in, and a wrong password as final", () => {
  expect(notSignedIn()).toMatchObject({ needsSignIn: true, isTemporary: true });
  const wrong = problemToError(401, { code: "wrong_password", detail: "They do not fit." });
  expect(wrong).toMatchObject({ needsSignIn: false, isTemporary: false });
});
