// Runs the tests of the page's pure modules: `npm test`, or `npm test -- NAME` for one file (NAME.test.ts).
// esbuild makes JavaScript of them, since Node.js 18 reads no TypeScript.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const page = dirname(folder);
const wanted = process.argv.slice(2);
const files = (await readdir(folder))
  .filter((file) => file.endsWith(".test.ts") && (wanted.length === 0 || wanted.includes(file.slice(0, -".test.ts".length))))
  .sort();
if (files.length === 0)
  throw new Error(`no test is named ${wanted.join(", ")}`);

const built = await mkdtemp(join(tmpdir(), "troupe-page-"));
try {
  await esbuild.build({
    absWorkingDir: page,
    entryPoints: files.map((file) => join(folder, file)),
    outdir: built,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  const outputs = files.map((file) => join(built, file.replace(/\.ts$/, ".mjs")));
  const env = { ...process.env, PAGE: page };
  process.exitCode = spawnSync(process.execPath, ["--test", ...outputs], { stdio: "inherit", env }).status ?? 1;
} finally {
  await rm(built, { recursive: true, force: true });
}
