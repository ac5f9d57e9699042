// Tests the dashboard in a browser: `node run.mjs TROUPE [SUITE…]`. TROUPE is the program. A suite that fails is
// run once more. Ends with 77, which means skipped, if there is no Chromium, or if npm's packages are neither there nor
// to be had.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = resolve(here, "../..");
const skipped = 77;
const [troupe, ...named] = process.argv.slice(2);
if (!troupe) {
  console.error("usage: node run.mjs TROUPE [SUITE…]");
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
const suites = named.length > 0 ? named : all;
const env = {
  ...process.env,
  TROUPE: resolve(troupe),
  PAGE: join(top, "broker/dashboard/page"),
  CHROMIUM: browser,
  SCREENSHOTS: shots,
};

/** Runs a suite in a process of its own: what fails in one does not touch another. Resolves to whether it failed. */
function fails(suite) {
  return new Promise((done) => {
    const args = ["--test", "--test-reporter=spec", join(here, `${suite}.test.mjs`)];
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => said.push(bytes));
    child.on("close", (status) => {
      process.stdout.write(Buffer.concat(said));
      done(status !== 0);
    });
  });
}

/** Resolves to the suites that fail; so many run side by side. */
async function run(suites, together) {
  const waiting = [...suites];
  const failed = [];
  const take = async () => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift())
      if (await fails(suite))
        failed.push(suite);
  };
  await Promise.all(Array.from({ length: together }, take));
  return failed;
}

// A browser is not ours: a suite fails if it fails twice, the second time alone on the machine.
const once = await run(suites, 2);
if (once.length > 0)
  console.log(`*** FAILED: ${once.join(", ")} (why is above); run again`);
const twice = await run(once, 1);
for (const suite of once)
  console.log(twice.includes(suite) ? `*** FAILED TWICE: ${suite}` : `*** ${suite} failed once, and then passed`);
if (once.length === 0 && !process.env.SCREENSHOTS)
  rmSync(shots, { recursive: true });
process.exit(twice.length > 0 ? 1 : 0);
