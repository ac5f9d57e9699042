// Five thousand workers: the page stays usable. Behaviours are workers too, and cost no process.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dashboard, startBrowser } from "./page.mjs";
import { Node, until } from "./node.mjs";

const most = 4096; // of one pool
const workers = 5000;
let node, browser;

before(async () => {
  const pool = (name, size) => `[pool.${name}]\nbehaviour = "echo"\nsize = ${size}\n`;
  node = await Node.start(pool("many", most) + pool("more", workers - most));
  browser = await startBrowser();
  await until("all workers", async () => (await node.get("api/pools")).reduce((n, pool) => n + pool.workers, 0) === workers, 30_000);
});

after(async () => {
  await browser?.close();
  await node?.remove();
});

test("a pool of thousands is shown, filtered and scrolled without a long task", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  await dashboard.go("#/pool/many");
  const table = page.getByRole("table", { name: "Workers" });
  await table.getByText("many.0", { exact: true }).waitFor();
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  assert.ok(elements < 5000, `${elements} elements: the table has all rows`);
  // How long the page takes to answer a key, in the middle of its updates.
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.longest = Math.max(window.longest, entry.duration)))).observe({ type: "longtask" });
  });
  for (const key of ["ArrowDown", "PageDown", "End", "Home"])
    await page.keyboard.press(key);
  await page.getByRole("searchbox", { name: "Filter Workers" }).fill("many.40");
  await table.getByText("many.4000", { exact: true }).waitFor();
  await page.getByRole("searchbox", { name: "Filter Workers" }).fill("");
  await page.evaluate(() => new Promise((go) => setTimeout(go, 2500))); // two looks more
  const longest = await page.evaluate(() => window.longest);
  assert.ok(longest < 1000, `the page did not answer for ${Math.round(longest)} ms`);
  await dashboard.close();
});
