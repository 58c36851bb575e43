import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Annotating, areaPx } from "./annotating";
import { expect, test } from "./fixtures";
import type { UploadFile } from "./pictures";

interface Place {
  x: number;
  y: number;
}

const WIDE = { width: 600, height: 400 };
const SQUARE = { width: 512, height: 512 };
const ROCKET = { width: 640, height: 427 };
const SMALL = { width: 300, height: 200 };

function realPhoto(name: string): UploadFile {
  const buffer = readFileSync(join(__dirname, "../data", name));
  return { name, mimeType: name.endsWith(".png") ? "image/png" : "image/jpeg", buffer };
}

/** The pixels whose centre is inside the outline through the middles of these pixels. */
function inside(corners: Place[], { width, height }: typeof WIDE): Buffer {
  const mask = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let crossed = 0;
      corners.forEach((a, index) => {
        const b = corners[(index + 1) % corners.length] as Place;
        if (a.y <= y !== b.y <= y && a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y) <= x) crossed += 1;
      });
      mask[y * width + x] = crossed % 2;
    }
  }
  return mask;
}

function combined(a: Buffer, b: Buffer, pixel: (a: number, b: number) => boolean): Buffer {
  return Buffer.from(a.map((value, at) => Number(pixel(value, b[at] as number))));
}

const or = (a: Buffer, b: Buffer) => combined(a, b, (x, y) => x + y > 0);
const without = (a: Buffer, b: Buffer) => combined(a, b, (x, y) => x > y);

/** The mask and the pixels above, below, left and right of it. */
function grown(mask: Buffer, { width, height }: typeof WIDE): Buffer {
  return Buffer.from(
    mask.map((value, at) => {
      const x = at % width;
      const y = Math.floor(at / width);
      const around = [
        x > 0 && mask[at - 1],
        x < width - 1 && mask[at + 1],
        y > 0 && mask[at - width],
        y < height - 1 && mask[at + width],
      ];
      return value === 1 || around.includes(1) ? 1 : 0;
    }),
  );
}

function expectSame(seen: Buffer, expected: Buffer, what: string): void {
  const wrong = combined(seen, expected, (a, b) => a !== b);
  expect(areaPx(wrong), `wrong pixels: ${what}`).toBe(0);
}

async function expectDrawn(at: Annotating, expected: Buffer, what: string): Promise<void> {
  await expect
    .poll(async () => areaPx(combined(await at.drawn(), expected, (a, b) => a !== b)), {
      message: `wrong pixels: ${what}`,
    })
    .toBe(0);
}

/** Undone, the mask is as before; done again, as it is now. */
async function expectUndoAndRedo(at: Annotating, before: Buffer, what: string): Promise<Buffer> {
  const after = await at.drawn();
  expect(after.equals(before), `${what} changes the mask`).toBe(false);
  await at.page.keyboard.press("Control+z");
  await expectDrawn(at, before, `${what}, undone`);
  await at.page.keyboard.press("Control+Shift+z");
  await expectDrawn(at, after, `${what}, done again`);
  return after;
}

async function acceptAndExport(at: Annotating): Promise<void> {
  const drawn = await at.drawn();
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  const [mask] = await at.exported();
  expectSame(mask as Buffer, drawn, "the exported mask is the one drawn");
}

test("polygon: corners, closed in three ways, taken back, cancelled, erasing", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, realPhoto("coffee-palette.png"));
  const nothing = await at.drawn();
  const closeButton = page.getByRole("button", { name: "Close outline" });
  await page.keyboard.press("p");

  // Enter closes; Backspace and undo take corners back; no other tool can be taken meanwhile.
  const star = [
    { x: 300, y: 40 },
    { x: 380, y: 330 },
    { x: 130, y: 150 },
    { x: 470, y: 150 },
    { x: 220, y: 330 },
  ];
  for (const corner of star.slice(0, 3)) await at.click(corner);
  await at.click({ x: 20, y: 20 });
  await at.click({ x: 560, y: 30 });
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("b");
  await expect(page.getByText("Close the outline first (Enter), or take it back (Esc).")).toBeVisible();
  for (const corner of star.slice(3)) await at.click(corner);
  expect(areaPx(await at.drawn())).toBe(0);
  await expect(closeButton).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(closeButton).toBeHidden();
  await expectDrawn(at, inside(star, WIDE), "even-odd inside of the star");
  const first = await expectUndoAndRedo(at, nothing, "a polygon");

  // The right button at the first corner erases; a click on that corner closes.
  const cut = [
    { x: 250, y: 100 },
    { x: 420, y: 160 },
    { x: 260, y: 260 },
  ];
  await at.click(cut[0] as Place, { button: "right" });
  for (const corner of cut.slice(1)) await at.click(corner);
  await at.click({ x: 253, y: 103 });
  await expect(closeButton).toBeHidden();
  await expectDrawn(at, without(first, inside(cut, WIDE)), "the triangle is cut out");
  const second = await expectUndoAndRedo(at, first, "an erasing polygon");

  // A double click closes. Two corners are not enough for Enter.
  const patch = [
    { x: 500, y: 300 },
    { x: 580, y: 300 },
    { x: 580, y: 380 },
  ];
  await at.click(patch[0] as Place);
  await at.click(patch[1] as Place);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Set at least 3 corners first.")).toBeVisible();
  await at.click(patch[2] as Place, { clickCount: 2 });
  await expect(closeButton).toBeHidden();
  await expectDrawn(at, or(second, inside(patch, WIDE)), "the corner is added");
  const third = await expectUndoAndRedo(at, second, "a polygon closed by a double click");

  // Esc takes back the outline alone, also after the picture was zoomed and moved in between.
  await at.click({ x: 40, y: 40 });
  await page.keyboard.press("+");
  await at.click({ x: 150, y: 200 });
  await page.keyboard.press("1");
  await page.keyboard.press("Escape");
  await expect(closeButton).toBeHidden();
  await page.keyboard.press("0");
  await page.keyboard.press("1");
  await expectDrawn(at, third, "the mask is left alone");
  await acceptAndExport(at);
});

test("lasso: adds freehand and erases with Alt; Esc takes it back while it is drawn", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, realPhoto("rocket-cmyk.jpg"));
  const nothing = await at.drawn();
  await page.keyboard.press("l");
  const round = (x: number, y: number, radius: number) =>
    Array.from({ length: 40 }, (_, step) => ({
      x: Math.round(x + radius * Math.cos((step * Math.PI) / 20)),
      y: Math.round(y + 0.7 * radius * Math.sin((step * Math.PI) / 20)),
    })) as [Place, ...Place[]];

  const added = round(300, 200, 150);
  await at.drag(added);
  await expectDrawn(at, inside(added, ROCKET), "the inside of the lasso");
  const first = await expectUndoAndRedo(at, nothing, "a lasso");

  const erased = round(260, 210, 60);
  await page.keyboard.down("Alt");
  await at.drag(erased);
  await page.keyboard.up("Alt");
  await expectDrawn(at, without(first, inside(erased, ROCKET)), "the hole");
  const second = await expectUndoAndRedo(at, first, "an erasing lasso");

  const begin = await at.onScreen({ x: 20, y: 20 });
  await page.mouse.move(begin.x, begin.y);
  await page.mouse.down();
  await page.mouse.move(begin.x + 80, begin.y + 10, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.move(begin.x + 80, begin.y + 80, { steps: 4 });
  await page.mouse.up();
  await expectDrawn(at, second, "the lasso taken back");
  await at.click({ x: 30, y: 30 });
  await expect(page.getByText("Hold the button and drag around the object.")).toBeVisible();
  await acceptAndExport(at);
});

/** Whether the brush's ring covers the corner of a square as wide as the brush around the pointer. */
async function ringHasCorner(page: Page, at: Annotating, middle: Place, diameter: number): Promise<boolean> {
  const { x, y } = await at.onScreen(middle);
  await page.mouse.move(x, y);
  return page.evaluate(
    async ({ x, y, half }) => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-layer=marks]");
      const box = canvas?.getBoundingClientRect();
      const context = canvas?.getContext("2d");
      if (!box || !context) throw new Error("there are no marks");
      return (context.getImageData(x - box.x - half, y - box.y - half, 1, 1).data[3] as number) > 0;
    },
    { x, y, half: Math.round(diameter / 2) },
  );
}

test("brush and eraser: square and round, and as wide as a pen is pressed", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, realPhoto("grey-camera.jpg"));
  const nothing = await at.drawn();
  await page.keyboard.press("b");
  for (let i = 0; i < 6; i++) await page.keyboard.press("]");
  const size = Number.parseInt(
    (await page.getByLabel("Brush size in image pixels").textContent()) as string,
    10,
  );
  expect(size).toBeGreaterThan(15);
  const low = (centre: number) => Math.ceil(centre - size / 2);
  const box = (x: number, y: number, right: number, bottom: number) =>
    inside(
      [
        { x, y },
        { x: right, y },
        { x: right, y: bottom },
        { x, y: bottom },
      ],
      SQUARE,
    );

  expect(await ringHasCorner(page, at, { x: 250, y: 250 }, size)).toBe(false);
  await page.keyboard.press("x");
  await expect(page.getByRole("button", { name: "Square brush" })).toHaveAttribute("aria-pressed", "true");
  expect(await ringHasCorner(page, at, { x: 250, y: 250 }, size)).toBe(true);

  await at.drag([
    { x: 100, y: 120 },
    { x: 300, y: 120 },
  ]);
  await expectDrawn(at, box(low(100), low(120), low(300) + size, low(120) + size), "a square brush's line");
  const line = await expectUndoAndRedo(at, nothing, "a square stroke");

  await page.keyboard.press("e");
  await at.drag([{ x: 200, y: 130 }]);
  await expectDrawn(
    at,
    without(line, box(low(200), low(130), low(200) + size, low(130) + size)),
    "a square eraser's dot",
  );
  const erased = await expectUndoAndRedo(at, line, "a square eraser");

  // A pen, pressed lightly first and firmly in the end.
  await page.keyboard.press("b");
  await page.keyboard.press("x");
  const pen = await page.context().newCDPSession(page);
  const press = async (type: string, place: Place, force: number) => {
    const { x, y } = await at.onScreen(place);
    await pen.send("Input.dispatchMouseEvent", {
      type: type as "mousePressed",
      x,
      y,
      button: "left",
      buttons: 1,
      clickCount: 1,
      pointerType: "pen",
      force,
    });
  };
  await press("mousePressed", { x: 60, y: 350 }, 0.1);
  for (let x = 77; x <= 400; x += 17) await press("mouseMoved", { x, y: 350 }, 0.1 + (0.8 * (x - 60)) / 340);
  await press("mouseReleased", { x: 400, y: 350 }, 0);
  const penned = await expectUndoAndRedo(at, erased, "a pen's stroke");
  const heightAt = (x: number) => {
    let height = 0;
    for (let y = 280; y < 420; y++) height += penned[y * SQUARE.width + x] as number;
    return height;
  };
  const heights = [60, 140, 230, 320, 400].map(heightAt);
  expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  expect(Math.abs((heights[0] as number) - 0.2 * size)).toBeLessThanOrEqual(2);
  expect(Math.abs((heights[2] as number) - size)).toBeLessThanOrEqual(2);
  expect(Math.abs((heights[4] as number) - 1.8 * size)).toBeLessThanOrEqual(2);
  await acceptAndExport(at);
});

test("edits of the whole mask: fill, islands, largest part, grow, shrink, each undone alone", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, realPhoto("small-cat.jpg"));
  await page.keyboard.press("g");
  await expect(page.getByText("Click an object or paint it first.")).toBeVisible();

  // On the model's own mask.
  await at.clickAndSee({ x: 150, y: 110 });
  const clicked = await at.drawn();
  await page.keyboard.press(".");
  await expectDrawn(at, grown(clicked, SMALL), "the clicked mask, grown");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Escape");

  // A frame, a part beside it and a speck.
  await page.keyboard.press("p");
  const polygon = async (corners: Place[], button?: "right") => {
    await at.click(corners[0] as Place, { button });
    for (const corner of corners.slice(1)) await at.click(corner);
    await page.keyboard.press("Enter");
  };
  const box = (x: number, y: number, right: number, bottom: number) => [
    { x, y },
    { x: right, y },
    { x: right, y: bottom },
    { x, y: bottom },
  ];
  const frame = box(40, 30, 160, 150);
  const hole = box(70, 60, 130, 120);
  const part = box(200, 40, 260, 100);
  const speck = box(220, 150, 232, 160);
  for (const outline of [frame, part, speck]) await polygon(outline);
  await polygon(hole, "right");
  const [framed, parted, specked] = [frame, part, speck].map((outline) => inside(outline, SMALL)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const open = without(framed, inside(hole, SMALL));
  const start = or(or(open, parted), specked);
  await expectDrawn(at, start, "what the edits start from");

  await page.keyboard.press("g");
  await expectDrawn(at, or(or(framed, parted), specked), "the hole is filled");
  const filled = await expectUndoAndRedo(at, start, "filling holes");
  await page.keyboard.press("g");
  await expect(page.getByText("The mask has no holes.")).toBeVisible();

  await page.keyboard.press("i");
  await expectDrawn(at, or(framed, parted), "the speck is gone");
  const cleaned = await expectUndoAndRedo(at, filled, "removing islands");

  await page.getByRole("button", { name: "Edit mask" }).click();
  await page.getByRole("menuitem", { name: "Keep the largest part" }).click();
  await expectDrawn(at, framed, "the largest part");
  const largest = await expectUndoAndRedo(at, cleaned, "keeping the largest part");

  await page.keyboard.press(".");
  await expectDrawn(at, grown(framed, SMALL), "grown by a pixel");
  await expectUndoAndRedo(at, largest, "growing");
  for (let i = 0; i < 3; i++) await page.keyboard.press(",");
  await expectDrawn(at, inside(box(42, 32, 158, 148), SMALL), "shrunk by three pixels");
  await expectUndoAndRedo(at, inside(box(41, 31, 159, 149), SMALL), "shrinking");

  // All tools are in sight on a small screen.
  const rail = page.getByRole("toolbar", { name: "Tools" });
  expect(await rail.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);

  // Escape in the open menu closes the menu and leaves the mask alone.
  const kept = await at.drawn();
  await page.getByRole("button", { name: "Edit mask" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await expectDrawn(at, kept, "the mask after the menu was closed");
  await acceptAndExport(at);
});
