// The nodes of a cluster of two, what runs where, and a node that is taken out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dashboard, startBrowser } from "./page.mjs";
import { Node, startCluster, until } from "./node.mjs";
import { busy, long, text } from "./pools.mjs";

let nodes, browser, dashboard, page;

before(async () => {
  nodes = await startCluster(text + busy);
  browser = await startBrowser();
  dashboard = await Dashboard.open(browser, nodes[0]);
  page = dashboard.page;
});

after(async () => {
  await browser?.close();
  await Promise.all((nodes ?? []).map((node) => node.remove()));
});

const rowOf = (name) => page.getByRole("table", { name: "Nodes" }).getByRole("row").filter({ hasText: name });
const cell = (pool, node) => page.getByRole("region", { name: /^Load/ }).getByRole("link", { name: new RegExp(`${pool} at ${node}`) });

test("both nodes are there, the other one with its round trip", async () => {
  await dashboard.go("#/nodes");
  await rowOf("alpha").getByText("this node").waitFor();
  await rowOf("beta").getByText("up", { exact: true }).waitFor();
  await rowOf("beta").locator("[data-head='Round trip']").filter({ hasText: /^[\d.]+ (ms|s)$/ }).waitFor();
  dashboard.checkFaults();
});

test("the load of each pool at each node is shown, and calls that wait", async () => {
  const outcomes = [1, 2].map(() => nodes[0].call("busy@beta", "sleep", { ms: long }).catch(() => null));
  await cell("busy", "beta").getByText("1/1").waitFor();
  await cell("busy", "beta").getByText("+1").waitFor();
  await cell("busy", "alpha").getByText("0/1").waitFor();
  await dashboard.go("#/calls?cluster=1&pool=busy");
  await page.getByRole("table", { name: "Open calls" }).getByRole("row").filter({ hasText: "waiting" }).waitFor();
  for (const call of await nodes[1].get("api/calls"))
    await nodes[1].ask("DELETE", `api/calls/${call.id}`);
  await Promise.all(outcomes);
  dashboard.checkFaults();
});

test("a pool is drained and resumed at one node only", async () => {
  await dashboard.go("#/nodes/beta");
  const pool = page.getByRole("list", { name: "Pools of beta" }).getByRole("listitem").filter({ hasText: "text" });
  await pool.getByRole("button", { name: /^Drain/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Drain" }).click();
  await pool.getByText("drained").waitFor();
  const states = async () => (await nodes[0].get("api/pools?cluster=1")).filter(({ name }) => name === "text").map(({ state }) => state).sort().join();
  assert.equal(await states(), "drained,ready");
  await pool.getByRole("button", { name: /^Resume/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await until("the pool takes calls", async () => (await states()) === "ready,ready");
  dashboard.checkFaults();
});

test("the other node is drained after a question that says what becomes of its calls, and is down then", async () => {
  await dashboard.go("#/nodes/beta");
  await dashboard.order(page.getByRole("complementary").getByRole("button", { name: "Drain", exact: true }), "takes no more calls");
  await rowOf("beta").getByText("down").waitFor();
  await page.getByText("1 not up").waitFor();
  await dashboard.go("#/events?kinds=nodes");
  await page.getByRole("option").filter({ hasText: "node_down" }).first().waitFor();
  await dashboard.close();
});

test("a node that is alone says so", async () => {
  const alone = await Node.start(text);
  const lonely = await Dashboard.open(browser, alone);
  await lonely.go("#/nodes");
  await lonely.page.getByText("it is alone").waitFor();
  await lonely.close();
  await alone.remove();
});
