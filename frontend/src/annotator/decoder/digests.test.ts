import { describe, expect, it } from "vitest";
import { checkEncoder, checkFile } from "./digests";

describe("digests", () => {
  it("let an embedding of the decoder's own encoder pass, and no other", () => {
    expect(() => checkEncoder({ encoder: "abc" }, "abc")).not.toThrow();
    expect(() => checkEncoder({ encoder: "abd" }, "abc")).toThrow("another model");
  });

  it("let the announced file pass, and no other", async () => {
    const file = new TextEncoder().encode("decoder");
    await expect(checkFile(file, "0".repeat(64))).rejects.toThrow("not the announced one");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
    await expect(checkFile(file, Buffer.from(digest).toString("hex"))).resolves.toBeUndefined();
  });
});
