// Tests the dashboard: `node run.mjs TROUPE FOLDER [FILE…]`. TROUPE is the program, FOLDER takes what npm installs
// if the page's own folder has nothing. Ends with 77, which means skipped, if npm cannot reach its registry.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const page = resolve(here, "../../broker/dashboard/page");
const [troupe, folder, ...named] = process.argv.slice(2);
if (!troupe || !folder) {
  console.error("usage: node run.mjs TROUPE FOLDER [FILE…]");
  process.exit(2);
}

/** What npm says when it cannot reach a registry, rather than that something is wrong. */
const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|FETCH_ERROR)\b|network/;

function isInstalled(where) {
  return ["playwright-core", "axe-core"].every((name) => existsSync(join(where, "node_modules", name, "package.json")));
}

/** Returns the folder whose node_modules has the tools, after installing them if need be. */
function toolFolder() {
  for (const where of [page, folder])
    if (isInstalled(where))
      return where;
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    copyFileSync(join(page, file), join(folder, file));
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, encoding: "utf8", timeout: 120_000 });
  if (npm.status === 0)
    return folder;
  const said = npm.error ? String(npm.error) : npm.stderr;
  if (npm.error?.code === "ETIMEDOUT" || unreachable.test(said)) {
    console.log(`*** SKIPPED: npm cannot reach its registry, so there is no browser driver\n${said}`);
    process.exit(77);
  }
  console.error(`npm ci failed:\n${said}`);
  process.exit(1);
}

function findBrowser() {
  const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return candidates.find((path) => path && existsSync(path));
}

const browser = findBrowser();
if (!browser) {
  console.error("There is no Chromium: install the package chromium, or name the program in CHROMIUM");
  process.exit(1);
}
const shots = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "troupe-dashboard-"));
console.log(`screenshots: ${shots}`);
const files = named.length > 0 ? named : ["look.test.mjs", "keys.test.mjs", "work.test.mjs", "sessions.test.mjs", "events.test.mjs", "nodes.test.mjs", "terminals.test.mjs", "gone.test.mjs", "many.test.mjs"];
const env = { ...process.env, TROUPE: resolve(troupe), TOOLS: toolFolder(), CHROMIUM: browser, SCREENSHOTS: shots };
const ran = spawnSync(process.execPath, ["--test", "--test-reporter=spec", "--test-concurrency=1", ...files.map((file) => join(here, file))], { stdio: "inherit", env });
process.exit(ran.status ?? 1);
