// Writes src/api/schema.d.ts from the backend's OpenAPI document; with --check, fails when it is out of date.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const frontend = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(frontend);
const target = join(frontend, "src/api/schema.d.ts");

const python = resolve(process.env.MASKLOOP_PYTHON ?? join(root, ".venv/bin/python"));
const document = execFileSync(python, [join(frontend, "scripts/openapi.py")], {
  cwd: root,
  encoding: "utf8",
  env: { ...process.env, PYTHONPATH: root },
});
const types = `// Made by \`npm run api\` from the backend's OpenAPI document. Do not edit.\n${astToString(
  await openapiTS(JSON.parse(document), { alphabetize: true, defaultNonNullable: false }),
)}`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== types) {
    console.error("src/api/schema.d.ts does not match the backend. Run: npm run api");
    process.exit(1);
  }
} else {
  writeFileSync(target, types);
}
