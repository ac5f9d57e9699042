// A node that is killed and started again: what is shown is old and says so, and then it is not.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Dashboard, startBrowser } from "./page.mjs";
import { Node, until } from "./node.mjs";
import { colours, text } from "./pools.mjs";

let node, browser;

before(async () => {
  node = await Node.start(text + colours);
  browser = await startBrowser();
});

// Each test ends it, and may have failed before it was started again.
beforeEach(() => node.runs || node.run());

after(async () => {
  await browser?.close();
  await node?.remove();
});

// The browser itself reports each connection that is refused.
const forgive = /console: .*(WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE)/;

test("a node that is killed leaves the page grey with its age; started again, the page goes on", async () => {
  const dashboard = await Dashboard.open(browser, node, { forgive });
  const { page } = dashboard;
  await dashboard.go("#/pool/text");
  const row = page.getByRole("table", { name: "Workers" }).getByText("text.0", { exact: true });
  await row.waitFor();
  const { pid } = await node.worker("text.0");
  await page.getByText(String(pid)).first().waitFor();
  await node.end("SIGKILL");
  const gone = page.getByRole("alert").filter({ hasText: "The node is gone" });
  await gone.waitFor();
  await page.getByText(/What you see is ([2-9]|\d\d) s\s*old/).waitFor(); // the age grows
  await row.waitFor(); // what was known stays
  assert.equal(await page.getByRole("button", { name: "Restart", exact: true }).first().isDisabled(), true);
  await dashboard.shoot("gone");
  await dashboard.checkAccess("a node that is gone");
  await node.run();
  await gone.waitFor({ state: "hidden" });
  const next = await until("its process", async () => (await node.worker("text.0")).pid);
  assert.notEqual(next, pid);
  await page.getByText(String(next)).first().waitFor();
  await dashboard.close();
});

test("the events of the next node are listed, all of them, and that they begin anew", async () => {
  const dashboard = await Dashboard.open(browser, node, { forgive });
  const { page } = dashboard;
  await dashboard.go("#/events");
  const rows = page.getByRole("option");
  const ready = (pid) => rows.filter({ hasText: "worker_ready" }).filter({ hasText: String(pid) });
  const process = () => until("its process", async () => (await node.worker("text.0")).pid);
  /** How many rows are behind the last one that says so. */
  const behind = async () => {
    const texts = await rows.allTextContents();
    return texts.length - 1 - texts.findLastIndex((text) => text.includes("begin anew"));
  };
  const first = await process();
  await ready(first).waitFor();
  for (let again = 0; again < 2; ++again) {
    await node.end("SIGKILL");
    await node.run();
    await ready(await process()).waitFor();
    await until("all events of the next node", async () => {
      const { events } = await node.get("api/events/list?since=0&wait=0"); // more may come
      return (await behind()) === events.filter((event) => event.kind !== "worker_stream").length;
    });
    assert.equal(await rows.filter({ hasText: "begin anew" }).count(), again + 1);
  }
  await ready(first).waitFor(); // what was known stays
  await dashboard.close();
});

test("a terminal that is open goes on with the program of the next node", async () => {
  const dashboard = await Dashboard.open(browser, node, { forgive });
  const { page } = dashboard;
  await dashboard.go("#/terminals/colours.0");
  const screen = page.getByRole("group", { name: "Screen of colours.0" });
  await dashboard.enterScreen("colours.0");
  await page.keyboard.type("of the first\n");
  await screen.getByText("of the first").first().waitFor();
  await node.end("SIGKILL");
  await page.getByRole("alert").filter({ hasText: "The node is gone" }).waitFor();
  await node.run();
  await screen.getByText("of the first").first().waitFor({ state: "hidden" });
  await screen.getByText("true", { exact: true }).waitFor();
  await dashboard.enterScreen("colours.0");
  await page.keyboard.type("of the next\n");
  await screen.getByText("of the next").first().waitFor();
  await dashboard.close();
});
