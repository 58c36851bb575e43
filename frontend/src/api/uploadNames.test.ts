import { expect, test } from "vitest";
import { rememberPath, uploadName } from "./uploadNames";

test("files of one name in two folders are uploaded under two names", () => {
  const [first, second, plain] = [1, 2, 3].map(() => new File([""], "001.png")) as [File, File, File];
  rememberPath(first, "/a/001.png");
  rememberPath(second, "/b/001.png");
  expect([first, second, plain].map(uploadName)).toEqual(["a/001.png", "b/001.png", "001.png"]);
});
