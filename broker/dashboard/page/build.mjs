// Builds the page into dist/, or into the folder that is named: the same bytes from the same sources,
// on every machine. `--watch` builds again whenever a source changes.
import { readFile, writeFile, mkdir, copyFile, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const page = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const watched = words.includes("--watch");
const out = resolve(words.find((word) => !word.startsWith("--")) ?? join(page, "dist"));

/** Returns the packages whose sources are in the bundle, by their folder's name, in order. */
function bundledPackages(metafile) {
  const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  return [...new Set(inputs.map((input) => name.exec(input)?.[1]).filter(Boolean))].sort();
}

/** Returns the notice that a package asks to be kept with each copy of it. */
async function notice(name) {
  const folder = join(page, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).sort().find((entry) => /^licen[cs]e/i.test(entry));
  if (!file)
    throw new Error(`${name} is bundled and has no file with its licence`);
  const text = (await readFile(join(folder, file), "utf8")).replaceAll("\r", "").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/** Writes what esbuild does not: the licences, and the files that are served as they are. */
const rest = {
  name: "rest",
  setup(build) {
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length)
        return;
      const notices = await Promise.all(bundledPackages(metafile).map(notice));
      await writeFile(join(out, "licenses.txt"), notices.join(`\n${"-".repeat(72)}\n\n`));
      for (const file of ["index.html", "favicon.svg", "favicon.ico"])
        await copyFile(join(page, "src", file), join(out, file));
    });
  },
};

await mkdir(out, { recursive: true });
const context = await esbuild.context({
  absWorkingDir: page,
  entryPoints: { app: "src/main.tsx" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none", // they are in licenses.txt
  loader: { ".svg": "dataurl" },
  metafile: true,
  logLevel: "warning",
  plugins: [rest],
});
if (watched) {
  await context.watch();
} else {
  await context.rebuild().catch(() => (process.exitCode = 1));
  await context.dispose();
}
