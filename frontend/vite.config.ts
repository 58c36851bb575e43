/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const BACKEND = process.env.MASKLOOP_BACKEND ?? "http://127.0.0.1:8400";

// The same two headers that the backend sends with the built page: without them WASM gets one thread.
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  plugins: [react()],
  // onnxruntime-web starts its threads from its own module file; "es" keeps that import working in the build.
  worker: { format: "es" },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 900,
    // Mantine's rules come before all of ours, which change them, however the pages are split up.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "mantine", test: /@mantine\/(core|notifications)/ }] } },
    },
  },
  server: {
    headers: isolation,
    // The backend refuses requests whose Origin is another site, so the proxy speaks in the backend's own name.
    proxy: { "/api": { target: BACKEND, changeOrigin: true, headers: { Origin: BACKEND } } },
  },
  preview: { headers: isolation },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
