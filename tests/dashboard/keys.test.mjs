// The key, the address, and the keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dashboard, startBrowser } from "./page.mjs";
import { keys, Node } from "./node.mjs";
import { busy, colours, long, text } from "./pools.mjs";

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
  void node.call("busy", "sleep", { ms: long }).catch(() => {});
  const dashboard = await Dashboard.open(browser, node, { key: keys.view });
  const { page } = dashboard;
  await page.getByText("This key may only look").first().waitFor();
  const orders = /^(Restart|Reload|Drain|Resume|Scale|Stop|Cancel|End|Flush|Hold messages|Take the size|Start a program|Respond|Remove)\b/;
  for (const [place, there] of [
    ["#/pools", "text"], ["#/pool/text", "text.0"], ["#/worker/text.0", "Current calls"], ["#/calls", "busy.0"],
    ["#/terminals", "colours.0"], ["#/terminals/colours.0", "size decided by"], ["#/nodes", "alpha"],
  ]) {
    await dashboard.go(place);
    await page.getByRole("main").getByText(there, { exact: true }).first().waitFor();
    assert.deepEqual(await page.getByRole("button", { name: orders }).allTextContents(), [], place);
  }
  await dashboard.go("#/pool/text");
  await page.getByRole("table", { name: "Workers" }).getByText("text.0", { exact: true }).waitFor();
  await page.keyboard.press("R"); // the key of an order does nothing either:
  await page.keyboard.press("3"); // a question would keep this key
  await dashboard.arrives("#/calls");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await dashboard.close();
});

test("the page is used by keys alone: views, filter, rows, in, out, help", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  await page.getByRole("table", { name: "Pools" }).waitFor();
  await page.keyboard.press("3");
  await dashboard.arrives("#/calls");
  await page.getByRole("table", { name: "Pools" }).waitFor({ state: "detached" });
  await page.keyboard.press("1");
  await page.getByRole("table", { name: "Pools" }).getByText("text", { exact: true }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("text");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await dashboard.arrives("#/pool/text");
  await page.getByRole("heading", { name: "text", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await dashboard.arrives("#/pools?filter=text");
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("move in a table").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await dashboard.close();
});

test("l leads to the log of a pool or a worker, a to its terminal, and Escape back", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  const follow = async (row, key, place) => {
    await page.getByRole("cell", { name: row, exact: true }).waitFor();
    await page.keyboard.press("ArrowDown"); // the first row
    await page.keyboard.press(key);
    await dashboard.arrives(place);
  };
  await dashboard.go("#/pools?filter=text");
  await follow("text", "l", "#/log/text");
  for (const worker of ["text.0", "text.1"])
    await page.getByRole("heading", { name: worker, exact: true }).waitFor();
  await dashboard.checkAccess("the log of a pool");
  await page.keyboard.press("Escape");
  await dashboard.arrives("#/pools?filter=text");
  await follow("text", "a", "#/pools?filter=text"); // no terminal
  await dashboard.go("#/workers?filter=colours");
  await follow("colours.0", "l", "#/log/colours.0");
  await page.getByRole("heading", { name: "Log of colours.0" }).waitFor();
  await page.keyboard.press("Escape");
  await follow("colours.0", "a", "#/terminals/colours.0");
  await page.getByText("true", { exact: true }).waitFor();
  await dashboard.go("#/pools?filter=colours");
  await follow("colours", "a", "#/terminals/colours.0");
  await dashboard.close();
});

// As by somebody who is fast, or on a machine that is slow: between these keys nothing is painted, and nothing comes
// from the node.
test("a key is for the view that is there, as soon as it is there", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  await dashboard.go("#/calls");
  await page.getByRole("heading", { name: "Calls" }).waitFor();
  await dashboard.go("#/pools?filter=text");
  await page.getByRole("table", { name: "Pools" }).getByText("text", { exact: true }).waitFor();
  await page.keyboard.press("ArrowDown");
  const places = await page.evaluate(async () => {
    const press = async (key, heading) => {
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      for (let i = 0; i < 1000 && document.querySelector("h1")?.textContent !== heading; ++i)
        await null;
      return location.hash;
    };
    return [await press("Enter", "text"), await press("Escape", "Pools"), await press("Escape", "Pools")];
  });
  assert.deepEqual(places, ["#/pool/text", "#/pools?filter=text", "#/pools"]);
  await dashboard.close();
});

test("Escape leads out to the list, however often it is pressed, and never out of the page", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const { page } = dashboard;
  await dashboard.go("#/workers?filter=text");
  await page.getByRole("table", { name: "Workers" }).getByText("text.0", { exact: true }).click();
  await page.getByRole("heading", { name: "text.0", exact: true }).waitFor();
  await page.getByRole("link", { name: "text", exact: true }).click();
  await page.getByRole("heading", { name: "text", exact: true }).waitFor();
  for (let i = 0; i < 5; ++i)
    await page.keyboard.press("Escape");
  await page.getByRole("table", { name: "Workers" }).waitFor();
  assert.equal(await dashboard.place(), "#/workers");
  await page.goBack();
  await dashboard.arrives("#/worker/text.0");
  await dashboard.close();
});
