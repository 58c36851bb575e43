// The worker of decoder.bench.ts. It runs in the browser as it is: nothing here is bundled.
import * as ort from "/runtime/ort.wasm.min.mjs";

const GRID = 64;
const ROWS = 43; // of the grid: the sample photo is 3:2, and the rest is padding
const SIDE = 4 * GRID;
const WARM_UP = 5;
const ROUNDS = 30;

self.onmessage = async ({ data: threads }) => {
  try {
    ort.env.wasm.wasmPaths = "/runtime/";
    ort.env.wasm.numThreads = threads;
    self.postMessage(await measure());
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};

async function measure() {
  const [reference, file, embeddingBytes] = await Promise.all(
    ["reference.onnx", "decoder.mldg", "embedding.f32"].map(download),
  );
  const embedding = tensor(new Float32Array(embeddingBytes), [1, 256, GRID, GRID]);
  const publicLayout = await ort.InferenceSession.create(reference, { executionProviders: ["wasm"] });
  const graphs = unpack(file);
  const began = performance.now();
  const sessions = {};
  for (const [name, graph] of Object.entries(graphs))
    sessions[name] = await ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
  const sessionMs = performance.now() - began;

  const photo = zeros([ROWS, GRID]);
  const prepare = () => sessions.image.run({ image_embedding: embedding, photo });
  const terms = { ...(await prepare()), photo };
  const first = { ...prompt(1), mask_input: zeros([1, 1, SIDE, SIDE]), has_mask_input: zeros([1]) };
  const runPublic = () => publicLayout.run({ image_embeddings: embedding, ...first });
  const answer = await runPublic();
  const previous = tensor(answer.low_res_masks.data.slice(0, SIDE * SIDE), [1, 1, SIDE, SIDE]);

  const noMask = zeros([1, GRID * GRID]);
  const click = (points, wanted, rows, detail) =>
    sessions.click.run({
      ...terms,
      ...prompt(points),
      mask_rows: rows,
      wanted_masks: oneHot(wanted),
      detail: zeros([detail, detail]),
    });
  const refine = async (points) => {
    const { mask_rows } = await sessions.mask.run({ mask_input: previous });
    return click(points, [0], mask_rows, 2);
  };
  const cases = {
    public_layout: runPublic,
    first_click: () => click(1, [1, 2, 3], noMask, 2),
    one_mask: () => click(1, [0], noMask, 2),
    refine_2_points: () => refine(2),
    refine_8_points: () => refine(8),
    preview: () => click(1, [0], noMask, 1),
    prepare_image: prepare,
  };
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const start = performance.now();
      await run();
      if (round >= WARM_UP) times[name].push(performance.now() - start);
    }
  }
  const ours = await click(1, [0, 1, 2, 3], noMask, 2);
  const publicMedian = quantile(times.public_layout, 0.5);
  return {
    cases: Object.fromEntries(
      Object.entries(times).map(([name, values]) => [
        name,
        {
          median_ms: quantile(values, 0.5),
          p95_ms: quantile(values, 0.95),
          ratio: Number((publicMedian / quantile(values, 0.5)).toFixed(2)),
        },
      ]),
    ),
    session_ms: Math.round(sessionMs),
    agreement: agreement(ours.low_res_logits.data, answer.low_res_masks.data),
  };
}

async function download(name) {
  return (await fetch(`/files/${name}`)).arrayBuffer();
}

function unpack(file) {
  const length = new DataView(file).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  return Object.fromEntries(
    Object.entries(header.graphs).map(([name, { offset, size }]) => [
      name,
      new Uint8Array(file, 8 + length + offset, size),
    ]),
  );
}

/** `points` foreground points across the photo's middle, and the padding point. */
function prompt(points) {
  const coords = Array.from({ length: points }, (_, i) => [300 + 60 * i, 340 + 20 * i]).flat();
  return {
    point_coords: tensor(Float32Array.from([...coords, 0, 0]), [1, points + 1, 2]),
    point_labels: tensor(Float32Array.from([...Array(points).fill(1), -1]), [1, points + 1]),
  };
}

function tensor(data, shape) {
  return new ort.Tensor("float32", data, shape);
}

function zeros(shape) {
  return tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
}

function oneHot(wanted) {
  const rows = wanted.flatMap((mask) => [0, 1, 2, 3].map((i) => Number(i === mask)));
  return tensor(Float32Array.from(rows), [wanted.length, 4]);
}

/** Where the photo is: ours has nothing else, theirs the whole square. */
function agreement(ours, theirs) {
  const size = 4 * ROWS * SIDE;
  let both = 0;
  let either = 0;
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    const mine = ours[i];
    const other = theirs[Math.floor(i / size) * SIDE * SIDE + (i % size)];
    both += Number(mine > 0 && other > 0);
    either += Number(mine > 0 || other > 0);
    largest = Math.max(largest, Math.abs(mine - other));
  }
  return { iou: either ? both / either : 1, largest_difference: largest };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return Number(sorted[Math.ceil(share * sorted.length) - 1].toFixed(1));
}
