// Tests the dashboard in a browser: `node run.mjs TROUPE [FILE…]`. TROUPE is the program. Ends with 77, which means
// skipped, if there is no Chromium, or if npm's packages are neither there nor to be had.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = resolve(here, "../..");
const skipped = 77;
const [troupe, ...named] = process.argv.slice(2);
if (!troupe) {
  console.error("usage: node run.mjs TROUPE [FILE…]");
  process.exit(2);
}

const browser = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .find((path) => path && existsSync(path));
if (!browser) {
  console.log("*** SKIPPED: there is no Chromium (scripts/setup --tests installs it; CHROMIUM names another)");
  process.exit(skipped);
}
const installed = spawnSync(join(top, "scripts/dashboard"), ["--install"], { stdio: "inherit" });
if (installed.status === skipped)
  console.log("*** SKIPPED: the packages of the page cannot be installed");
if (installed.status !== 0)
  process.exit(installed.status ?? 1);

const shots = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "troupe-dashboard-"));
console.log(`screenshots: ${shots}`);
const all = ["look", "keys", "work", "sessions", "events", "nodes", "terminals", "gone", "many"];
const files = (named.length > 0 ? named : all).map((name) => join(here, `${name}.test.mjs`));
const env = {
  ...process.env,
  TROUPE: resolve(troupe),
  PAGE: join(top, "broker/dashboard/page"),
  CHROMIUM: browser,
  SCREENSHOTS: shots,
};
const ran = spawnSync(process.execPath, ["--test", "--test-reporter=spec", "--test-concurrency=1", ...files], { stdio: "inherit", env });
process.exit(ran.status ?? 1);
