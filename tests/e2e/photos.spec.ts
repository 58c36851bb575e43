import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { Annotating, type Mark, PYTHON } from "./annotating";
import { expect, test } from "./fixtures";
import type { UploadFile } from "./pictures";

// The same work on real photos of every kind: as small as 300 pixels, tall, wide, grey, turned by EXIF, and large.

const ROOT = resolve(__dirname, "../..");
const DATA = join(ROOT, "tests/data");
const SAMPLES = join(ROOT, "samples");
const GRID = 40;

interface Photo {
  about: string;
  /** As it is shown. */
  width: number;
  height: number;
  /** Places in shares of width and height: on an object; and from ground to ground, for a stroke. */
  object: Mark;
  stroke: [Mark, Mark];
  file: () => UploadFile;
  also?: (at: Annotating) => Promise<void>;
}

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "maskloop-photos-"));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

function photoFile(path: string): UploadFile {
  return { name: basename(path), mimeType: "image/jpeg", buffer: readFileSync(path) };
}

/** The same picture as another file: other specs bring it, too. */
function again(file: UploadFile, name: string): UploadFile {
  return { ...file, name, buffer: Buffer.concat([file.buffer, Buffer.from("again")]) };
}

/** A sample in another size, hence another photo for the server. */
function scaled(sample: string, megapixels: number): UploadFile {
  const target = join(folder, `${megapixels}mp-${sample}`);
  const script =
    "import sys; from pathlib import Path; from tools.bench_photos import enlarge;" +
    "enlarge(Path(sys.argv[1]), int(1e6 * float(sys.argv[2])), Path(sys.argv[3]))";
  execFileSync(PYTHON, ["-c", script, join(SAMPLES, sample), String(megapixels), target], { cwd: ROOT });
  return photoFile(target);
}

const PHOTOS: Photo[] = [
  {
    about: "of 300 pixels",
    width: 300,
    height: 200,
    object: { x: 0.5, y: 0.55 },
    stroke: [
      { x: 0.08, y: 0.85 },
      { x: 0.3, y: 0.9 },
    ],
    file: () => again(photoFile(join(DATA, "small-cat.jpg")), "kitten.jpg"),
  },
  {
    about: "in portrait format",
    width: 700,
    height: 1400,
    object: { x: 0.5, y: 0.4 },
    stroke: [
      { x: 0.75, y: 0.2 },
      { x: 0.9, y: 0.25 },
    ],
    file: () => scaled("portrait-tower.jpg", 0.98),
  },
  {
    about: "four times as wide as high",
    width: 1500,
    height: 374,
    object: { x: 0.53, y: 0.55 },
    stroke: [
      { x: 0.1, y: 0.1 },
      { x: 0.2, y: 0.15 },
    ],
    file: () => photoFile(join(DATA, "panorama.jpg")),
  },
  {
    about: "in grey",
    width: 512,
    height: 512,
    object: { x: 0.27, y: 0.55 },
    stroke: [
      { x: 0.7, y: 0.1 },
      { x: 0.9, y: 0.15 },
    ],
    file: () => again(photoFile(join(DATA, "grey-camera.jpg")), "grey.jpg"),
  },
  {
    about: "turned by EXIF",
    width: 1500,
    height: 1000,
    object: { x: 0.75, y: 0.55 },
    stroke: [
      { x: 0.15, y: 0.8 },
      { x: 0.3, y: 0.85 },
    ],
    file: () => photoFile(join(DATA, "exif-rotated.jpg")),
    also: expectUpright,
  },
  {
    about: "of 8 megapixels",
    width: 3462,
    height: 2311,
    object: { x: 0.5, y: 0.5 },
    stroke: [
      { x: 0.05, y: 0.1 },
      { x: 0.2, y: 0.12 },
    ],
    file: () => scaled("dog.jpg", 8),
  },
  {
    about: "of 24 megapixels",
    width: 6000,
    height: 4000,
    object: { x: 0.45, y: 0.5 },
    stroke: [
      { x: 0.1, y: 0.9 },
      { x: 0.25, y: 0.92 },
    ],
    file: () => scaled("truck.jpg", 24),
  },
];

for (const photo of PHOTOS) {
  const { about, width, height } = photo;

  test(`a photo ${about}: click, correct, brush, erase, undo, accept, reload, export`, async ({
    page,
    server,
  }) => {
    const pixel = ({ x, y }: Mark) => ({ x: Math.floor(x * width), y: Math.floor(y * height) });
    const object = pixel(photo.object);
    const [start, end] = photo.stroke.map(pixel) as [Mark, Mark];
    const at = await Annotating.importAndOpen(page, server.url, photo.file());
    await expect(at.canvas).toHaveAttribute("data-image", `${width} ${height}`);
    await at.fit();
    await photo.also?.(at);

    await at.click(object);
    await at.colours([object], true);
    await at.click(start, { button: "right" });
    await at.kept(2);
    await at.colours([object], true);
    await at.colours([start], false);

    await at.stroke("b", start, end);
    await at.colours([start, end], true);
    await page.keyboard.press("Control+z");
    await at.colours([start], false);
    await page.keyboard.press("Control+y");
    await at.colours([start], true);
    await at.stroke("e", end, end);
    await at.colours([end], false);

    // Close up, a stroke is as wide in pixels of the photo as the brush says.
    await page.keyboard.press("1");
    const near = await at.inTheMiddle();
    await page.keyboard.press("b");
    const brushPx = Number.parseInt(
      (await page.getByLabel("Brush size in image pixels").textContent()) as string,
      10,
    );
    await at.stroke("b", near, near);
    await at.colours([near], true);

    await at.accept(1);
    await expect(at.saveState).toHaveText("All saved");
    await page.reload();
    await at.ready();
    await at.fit();
    await expect(page.getByTestId("mask-count")).toHaveText("1");

    const [mask] = (await at.exported()) as [Buffer];
    const isMask = ({ x, y }: Mark) => mask[y * width + x] === 1;
    expect(mask.length).toBe(width * height);
    expect([object, start, end, near].map(isMask)).toEqual([true, true, false, true]);
    // The brush's dot reaches half its size to every side.
    const reach = Math.floor(brushPx / 2) - 1;
    for (const [dx, dy] of [
      [reach, 0],
      [-reach, 0],
      [0, reach],
      [0, -reach],
    ] as const) {
      expect(isMask({ x: near.x + dx, y: near.y + dy })).toBe(true);
    }

    // All over the photo, the canvas shows what the export has; close to a border a screen pixel is several of the photo.
    const scale = await at.scale();
    const margin = Math.ceil(3 / scale);
    const isClear = (place: Mark) =>
      [-margin, 0, margin].every((dx) =>
        [-margin, 0, margin].every((dy) => {
          const beside = {
            x: Math.min(width - 1, Math.max(0, place.x + dx)),
            y: Math.min(height - 1, Math.max(0, place.y + dy)),
          };
          return isMask(beside) === isMask(place);
        }),
      );
    const grid = Array.from({ length: GRID * GRID }, (_, i) =>
      pixel({ x: ((i % GRID) + 0.5) / GRID, y: (Math.floor(i / GRID) + 0.5) / GRID }),
    ).filter(isClear);
    const inside = grid.filter(isMask);
    const outside = grid.filter((place) => !isMask(place));
    expect(grid.length).toBeGreaterThan((GRID * GRID) / 2);
    expect(Math.min(inside.length, outside.length)).toBeGreaterThan(0);
    await at.colours(inside, true);
    await at.colours(outside, false);
  });
}

/** The picture on the canvas is the one that Pillow turns by the photo's own orientation. */
async function expectUpright(at: Annotating): Promise<void> {
  const places = [
    { x: 100, y: 100 },
    { x: 1130, y: 650 },
    { x: 200, y: 750 },
    { x: 1400, y: 100 },
  ];
  const script =
    "import json, sys; from PIL import Image, ImageOps;" +
    "photo = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert('RGB').reduce(8);" +
    "print(json.dumps([photo.getpixel((x // 8, y // 8)) for x, y in json.loads(sys.argv[2])]))";
  const asked = JSON.stringify(places.map(({ x, y }) => [x, y]));
  const expected = JSON.parse(
    execFileSync(PYTHON, ["-c", script, join(DATA, "exif-rotated.jpg"), asked], { encoding: "utf8" }),
  ) as number[][];
  const seen = await at.picturedAround(places, 4);
  const worst = Math.max(
    ...seen.flatMap((rgb, place) =>
      rgb.map((value, channel) => Math.abs(value - (expected[place]?.[channel] ?? 0))),
    ),
  );
  expect(worst, `${JSON.stringify(seen)} where ${JSON.stringify(expected)} is`).toBeLessThan(24);
}
