// The key, the address, and the keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dashboard, startBrowser } from "./page.mjs";
import { keys, Node, until } from "./node.mjs";
import { busy, colours, text } from "./pools.mjs";

let node, browser;

before(async () => {
  node = await Node.start(text + busy + colours);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await node?.remove();
});

test("the key leaves the address at once, and is nowhere but in memory", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const kept = await dashboard.page.evaluate(() => JSON.stringify([location.href, history.state, document.cookie,
    { ...localStorage }, { ...sessionStorage }, performance.getEntriesByType("resource").map((entry) => entry.name)]));
  assert.ok(!kept.includes(keys.all), kept);
  await dashboard.close();
});

test("without a key the page asks for one, and says if it is wrong", async () => {
  // The browser itself reports a handshake that is refused.
  const dashboard = await Dashboard.open(browser, node, { key: "", forgive: /console: .*(401|WebSocket connection)/ });
  const { page } = dashboard;
  await page.getByLabel("Key of the node").fill("wrong");
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByRole("alert").getByText("does not know this key").waitFor();
  await dashboard.checkAccess("the question for the key");
  await page.getByLabel("Key of the node").fill(keys.all);
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByRole("table", { name: "Pools" }).waitFor();
  await dashboard.close();
});

test("the view, its filter and its order survive a reload", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  await page.getByRole("searchbox", { name: "Filter Pools" }).fill("bus");
  await page.getByRole("button", { name: "Pool", exact: true }).click();
  const place = await dashboard.place();
  assert.match(place, /^#\/pools\?.*filter=bus/);
  assert.match(place, /sort=/);
  await page.reload();
  await page.getByLabel("Key of the node").fill(keys.all);
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByText("1 of 3").or(page.getByText(/^1 of /)).first().waitFor();
  assert.equal(await page.getByRole("searchbox", { name: "Filter Pools" }).inputValue(), "bus");
  assert.equal(await dashboard.place(), place);
  await dashboard.close();
});

test("a key that may only look: a line says so, and no view has a button that changes something", async () => {
  void node.call("busy", "sleep", { ms: 30_000 }).catch(() => {});
  const dashboard = await Dashboard.open(browser, node, { key: keys.view });
  const { page } = dashboard;
  await page.getByText("This key may only look").first().waitFor();
  const orders = /^(Restart|Reload|Drain|Resume|Scale|Stop|Cancel|End|Flush|Hold messages|Take the size|Start a program|Respond|Remove)/;
  for (const [place, there] of [
    ["#/pools", "text"], ["#/pool/text", "text.0"], ["#/worker/text.0", "Current calls"], ["#/calls", "busy.0"],
    ["#/terminals", "colours.0"], ["#/terminals/colours.0", "size decided by"], ["#/nodes", "alpha"],
  ]) {
    await dashboard.go(place);
    await page.getByRole("main").getByText(there, { exact: true }).first().waitFor();
    assert.deepEqual(await page.getByRole("button", { name: orders }).allTextContents(), [], place);
  }
  await page.keyboard.press("R"); // the key of an order does nothing either
  assert.equal(await page.getByRole("dialog").count(), 0);
  await dashboard.close();
});

test("the page is used by keys alone: views, filter, rows, in, out, help", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  await page.getByRole("table", { name: "Pools" }).waitFor();
  await page.keyboard.press("3");
  assert.match(await dashboard.place(), /^#\/calls/);
  await page.keyboard.press("1");
  await page.getByRole("table", { name: "Pools" }).getByText("text", { exact: true }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("text");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until("the pool", async () => (await dashboard.place()).startsWith("#/pool/text"));
  await page.getByRole("heading", { name: "text", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await until("out again", async () => (await dashboard.place()).startsWith("#/pools"));
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("move in a table").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await dashboard.close();
});
