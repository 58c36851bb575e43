import type * as Ort from "onnxruntime-web/wasm";

/** ONNX Runtime as this browser runs it. */
export interface Runtime {
  ort: typeof Ort;
  provider: "webgpu" | "wasm";
}

export async function processorRuntime(threads: number): Promise<Runtime> {
  // Both files by name: with one of them missing, threads hang in Vite's production build.
  const [ort, { default: wasm }, { default: mjs }] = await Promise.all([
    import("onnxruntime-web/wasm"),
    import("onnxruntime-web/ort-wasm-simd-threaded.wasm?url"),
    import("onnxruntime-web/ort-wasm-simd-threaded.mjs?url"),
  ]);
  ort.env.wasm.wasmPaths = { wasm, mjs };
  ort.env.wasm.numThreads = threads;
  return { ort, provider: "wasm" };
}

/** Twice the download of the other one, so it is fetched only where there is a graphics card. */
export async function graphicsRuntime(): Promise<Runtime> {
  const [ort, { default: wasm }, { default: mjs }] = await Promise.all([
    import("onnxruntime-web/webgpu"),
    import("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url"),
    import("onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url"),
  ]);
  ort.env.wasm.wasmPaths = { wasm, mjs };
  ort.env.wasm.numThreads = 1;
  // It would warn of each shape computation that stays on the processor, where they belong.
  ort.env.logLevel = "error";
  return { ort, provider: "webgpu" };
}

/** Whether there is a graphics card for WebGPU; one that the processor imitates does not count. */
export async function hasGraphicsCard(): Promise<boolean> {
  const adapter = await graphics()?.requestAdapter();
  return Boolean(adapter) && !adapter?.info.isFallbackAdapter;
}

// As much of WebGPU as is asked here; the types that ship with browsers' own typings are a dependency more.
interface Graphics {
  requestAdapter(): Promise<{ info: { isFallbackAdapter?: boolean } } | null>;
}

function graphics(): Graphics | undefined {
  return (navigator as Navigator & { gpu?: Graphics }).gpu;
}
