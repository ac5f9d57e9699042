// What happens in the node is seen, and what is ordered on the page happens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openForAll } from "./page.mjs";
import { sayHowSoon, until } from "./node.mjs";
import { busy, long, text } from "./pools.mjs";

let node, dashboard, page;

openForAll(text + busy, {}, (all) => ({ node, dashboard, page } = all));

test("a worker that is killed is there with its reason", async (t) => {
  await dashboard.go("#/pool/text");
  const row = page.getByRole("table", { name: "Workers" }).getByRole("row").filter({ hasText: "text.0" });
  await row.waitFor();
  const { pid } = await node.worker("text.0");
  const begin = Date.now();
  process.kill(pid, "SIGKILL");
  await row.getByText(/signal/).first().waitFor();
  sayHowSoon(t, begin);
  await dashboard.go("#/worker/text.0");
  await page.getByText("SIGKILL").first().waitFor();
  dashboard.checkFaults();
});

test("a call is cancelled: its caller gets the error", async () => {
  const outcome = node.call("busy", "sleep", { ms: long });
  await dashboard.go("#/calls");
  await page.getByRole("table").getByText("busy.0").click();
  await dashboard.order(page.getByRole("main").getByRole("button", { name: "Cancel", exact: true }), "caller");
  assert.equal((await outcome).value.code, "cancelled");
  await until("no call is open", async () => (await node.get("api/calls")).length === 0);
  dashboard.checkFaults();
});

test("a pool is scaled, drained and resumed, and each question says what will happen", async () => {
  await dashboard.go("#/pool/text");
  await page.getByRole("button", { name: "Scale" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Workers").fill("3");
  await dialog.getByRole("button", { name: "Scale" }).click();
  await page.getByRole("table", { name: "Workers" }).getByText("text.2").first().waitFor();
  await dashboard.order(page.getByRole("main").getByRole("button", { name: "Drain" }), "takes no more calls");
  await page.getByRole("main").getByText("drained").first().waitFor();
  await dashboard.order(page.getByRole("main").getByRole("button", { name: "Resume" }), "takes calls again");
  await until("calls are taken", async () => (await node.call("text", "who", {})).status === 200);
  dashboard.checkFaults();
});

test("a pool that is removed is not shown as if it were there, nor are its workers; a new one is", async () => {
  const pool = { behaviour: "echo", size: 1 };
  await node.ask("PUT", "api/pools/short", pool);
  for (const place of ["pool/short", "worker/short.0"]) {
    await dashboard.go(`#/${place}`);
    const restart = page.getByRole("main").getByRole("button", { name: "Restart", exact: true }).first();
    await restart.waitFor();
    await node.ask("DELETE", "api/pools/short");
    await page.getByRole("alert").filter({ hasText: "pool_not_found" }).first().waitFor();
    await restart.waitFor({ state: "hidden" });
    assert.equal(await page.getByRole("main").getByText("ready", { exact: true }).count(), 0);
    await node.ask("PUT", "api/pools/short", pool);
    await restart.waitFor();
  }
  await node.ask("DELETE", "api/pools/short");
  dashboard.checkFaults();
});

test("an order that is left does nothing", async () => {
  await dashboard.go("#/pool/text");
  const before = (await node.worker("text.1")).pid;
  await page.getByRole("button", { name: "Restart", exact: true }).first().click();
  await page.getByRole("dialog").getByText("one by one").waitFor();
  await page.getByRole("button", { name: "Leave it" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal((await node.worker("text.1")).pid, before);
  dashboard.checkFaults();
});

test("what happens is among the events at once", async () => {
  await dashboard.go("#/events");
  await page.getByText("worker_ready").first().waitFor();
  await node.ask("POST", "api/pools/busy/drain");
  await page.getByText("pool_drained").filter({ visible: true }).first().waitFor();
  await dashboard.close();
});
