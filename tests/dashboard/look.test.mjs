// Every view, wide and narrow, light and dark: it is there, usable by everybody, and keeps the policy.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dashboard, sizes, startBrowser } from "./page.mjs";
import { Node, until } from "./node.mjs";
import { broken, busy, colours, inside, interview, long, text } from "./pools.mjs";

let node, browser, session, call;

before(async () => {
  node = await Node.start(text + busy + broken + interview + inside + colours);
  browser = await startBrowser();
  for (let i = 0; i < 20; ++i)
    await node.call("text", "upper", { text: "a" });
  await node.call("text", "fail", {});
  for (const ms of [400, long, long])
    void node.call("busy", "sleep", { ms }).catch(() => {});
  session = (await node.ask("POST", "api/sessions", { pool: "interview" })).value.session_id;
  const calls = await until("two open calls", async () => {
    const open = await node.get("api/calls");
    return open.length === 2 && open;
  });
  call = calls[0].id;
  await node.ask("PUT", "api/spawned/agent/delivery-mode", { mode: "manual_flush" });
  await node.ask("POST", "api/send", { to: "agent", message: "a message that waits", from: "tester" });
});

after(async () => {
  await browser?.close();
  await node?.remove();
});

/** A name, the place, and what is there when the view is. */
const views = () => [
  ["pools", "#/pools", (page) => page.getByRole("table", { name: "Pools" }).getByText("text", { exact: true })],
  ["pool", "#/pool/text", (page) => page.getByRole("table", { name: "Workers" }).getByText("text.0", { exact: true })],
  ["worker", "#/worker/text.0", (page) => page.getByText("Current calls")],
  ["log", "#/log/text", (page) => page.getByRole("heading", { name: "text.1" })],
  ["calls", "#/calls", (page) => page.getByRole("table").getByText(call)],
  ["call", `#/calls/${call}`, (page) => page.getByRole("button", { name: "Cancel" }).first()],
  ["slow-calls", "#/calls?state=slow", (page) => page.getByRole("table").getByText("busy.0").first()],
  ["sessions", "#/sessions", (page) => page.getByRole("table", { name: "Sessions" }).getByText(session)],
  ["session", `#/sessions/${session}`, (page) => page.getByText("Do you like tea?").last()],
  ["terminals", "#/terminals", (page) => page.getByText("1 message waiting")],
  ["terminal", "#/terminals/colours.0", (page) => page.getByText("true", { exact: true })],
  ["terminal-messages", "#/terminals/agent.0", (page) => page.getByText("a message that waits")],
  ["events", "#/events", (page) => page.getByText("worker_ready").first()],
  ["nodes", "#/nodes", (page) => page.getByRole("table", { name: "Nodes" }).getByText("alpha").first()],
];

for (const [width, size] of Object.entries(sizes))
  for (const scheme of ["light", "dark"])
    test(`every view, ${width} and ${scheme}`, async (t) => {
      const dashboard = await Dashboard.open(browser, node, { size, scheme });
      const { page } = dashboard;
      const back = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const [red] = /\d+/.exec(back);
      assert.equal(Number(red) < 128, scheme === "dark", `the page is ${back}`);
      for (const [name, place, there] of views())
        await t.test(name, async () => {
          await dashboard.go(place);
          await there(page).waitFor();
          await dashboard.shoot(`${name}-${width}-${scheme}`);
          await dashboard.checkWidth(name);
          await dashboard.checkBeside(name);
          if (width === "wide" || scheme === "light")
            await dashboard.checkAccess(name);
          dashboard.checkFaults();
        });
      await dashboard.close();
    });

const dialogs = [
  ["keys", "#/pools", "Keys", "this help"],
  ["spawn", "#/terminals", "Start a program", "Program and arguments"],
  ["scale", "#/pool/text", "Scale", "The number holds until the next reload."],
];

for (const [width, size] of Object.entries(sizes))
  test(`every dialog has room for all that it says, ${width}`, async () => {
    const dashboard = await Dashboard.open(browser, node, { size });
    const { page } = dashboard;
    for (const [name, place, button, text] of dialogs) {
      await dashboard.go(place);
      await page.getByRole("button", { name: button, exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(text).waitFor();
      await dashboard.shoot(`dialog-${name}-${width}`);
      const [inside, room] = await dialog.evaluate((box) => [box.scrollHeight, box.clientHeight]);
      assert.ok(inside <= room, `${name} is ${inside} px high and has ${room}`);
      await dashboard.checkAccess(name);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    }
    await dashboard.close();
  });

test("the four figures are on top of every view", async () => {
  const dashboard = await Dashboard.open(browser, node);
  for (const place of ["#/pools", "#/events"]) {
    await dashboard.go(place);
    for (const name of ["calls/s", "errors/s", "utilisation", "oldest waiting"])
      await dashboard.page.getByText(name, { exact: true }).first().waitFor();
  }
  await dashboard.close();
});

test("the pool that cannot run comes first, with the cause", async () => {
  const dashboard = await Dashboard.open(browser, node);
  const rows = dashboard.page.getByRole("table", { name: "Pools" }).getByRole("row");
  await rows.nth(1).getByText("broken", { exact: true }).waitFor();
  await rows.nth(1).getByText("unavailable").waitFor();
  await dashboard.close();
});
