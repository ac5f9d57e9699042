// The list of events: as they come, chosen by group, severity and text; still while somebody reads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Dashboard, sizes, openForAll } from "./page.mjs";
import { sayHowSoon, until } from "./node.mjs";
import { colours, text } from "./pools.mjs";

let node, browser, dashboard, page;

openForAll(text + colours, {}, async (all) => {
  ({ node, browser, dashboard, page } = all);
  await until("two workers are ready", async () => (await node.get("api/workers")).filter((worker) => worker.state === "ready" && worker.pool === "text").length === 2);
});

const rows = () => page.getByRole("option");

async function kinds() {
  return [...new Set(await page.locator(".tail .kind").allTextContents())];
}

/** Drains and resumes the pool: two events each time. */
async function happen(times) {
  for (let i = 0; i < times; ++i) {
    await node.ask("POST", "api/pools/text/drain");
    await node.ask("POST", "api/pools/text/resume");
  }
}

/** The first row that is seen; rows beside it are in the document, too. */
function firstSeen() {
  return page.evaluate(() => {
    const list = document.querySelector(".tail .rows");
    const top = list.getBoundingClientRect().top;
    return [...list.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().bottom > top + 1)?.id;
  });
}

/** The first row that is seen when the list stands still: it is scrolled in small steps. */
async function stillSeen() {
  let seen = await firstSeen();
  await until("the list stands still", async () => {
    await new Promise((go) => setTimeout(go, 200));
    const before = seen;
    seen = await firstSeen();
    return seen === before;
  });
  return seen;
}

test("a worker that is killed is there, with why it ended", async (t) => {
  await dashboard.go("#/events");
  await rows().filter({ hasText: "worker_ready" }).first().waitFor();
  const { pid } = await node.worker("text.1");
  const begin = Date.now();
  process.kill(pid, "SIGKILL");
  await rows().filter({ hasText: `signal: ended by SIGKILL (pid ${pid})` }).filter({ hasText: "problem" }).waitFor();
  sayHowSoon(t, begin);
  dashboard.checkFaults();
});

test("events are chosen by severity, by group and by text, and the address says how", async () => {
  await happen(1);
  await dashboard.go("#/events");
  await rows().filter({ hasText: "pool_resumed" }).first().waitFor();
  await page.getByRole("button", { name: "Problems" }).click();
  await until("only problems", async () => (await kinds()).every((kind) => kind === "worker_exited"));
  assert.match(await dashboard.place(), /severity=problem/);
  await page.getByRole("button", { name: "All", exact: true }).click();
  const groups = page.getByRole("group", { name: "Kinds" });
  for (const group of ["workers", "calls", "nodes", "sessions", "terminals"])
    await groups.getByRole("button", { name: group }).click();
  await until("only those of pools", async () => {
    const shown = await kinds();
    return shown.length > 0 && shown.every((kind) => kind.startsWith("pool_"));
  });
  assert.match(await dashboard.place(), /kinds=pools$/);
  await page.getByRole("searchbox", { name: "Filter events" }).fill("takes calls again");
  await until("only the text", async () => (await kinds()).join() === "pool_resumed");
  dashboard.checkFaults();
});

test("what terminals print is there only when it is asked for", async () => {
  await dashboard.go("#/events");
  await rows().first().waitFor();
  assert.equal((await kinds()).includes("worker_stream"), false);
  await page.getByRole("group", { name: "Kinds" }).getByRole("button", { name: "output" }).click();
  await rows().filter({ hasText: "worker_stream" }).filter({ hasText: "red true" }).first().waitFor();
  dashboard.checkFaults();
});

test("an event is shown as JSON, and left with Escape", async () => {
  await dashboard.go("#/events?filter=SIGKILL");
  await rows().first().click();
  const detail = page.getByRole("complementary");
  await detail.getByText('"kind": "worker_exited"').waitFor();
  const seq = Number(/events\/(\d+)/.exec(await dashboard.place())[1]);
  const { events } = await node.get("api/events/list?since=0&wait=0");
  assert.deepEqual(JSON.parse(await detail.locator("pre").textContent()), events.find((event) => event.seq === seq));
  await detail.getByRole("link", { name: "text.1", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await detail.waitFor({ state: "detached" });
  dashboard.checkFaults();
});

test("the list follows the newest, holds still while somebody reads, and follows again", async () => {
  await happen(60);
  await dashboard.go("#/events?kinds=pools");
  const last = () => rows().last().getAttribute("aria-posinset").then(Number);
  await until("the newest are seen", async () => (await last()) >= 120);
  const list = page.getByRole("listbox");
  await list.hover();
  await page.mouse.wheel(0, -600);
  const follow = page.getByRole("button", { name: /^Follow/ });
  await follow.waitFor();
  const seen = await stillSeen();
  await happen(5);
  await page.getByRole("button", { name: "Follow (10 new)" }).waitFor();
  assert.equal(await firstSeen(), seen);
  await page.keyboard.press("f");
  await follow.waitFor({ state: "detached" });
  await until("it is at its end", () => list.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2));
  dashboard.checkFaults();
});

test("only the rows in sight are in the document", async () => {
  await dashboard.go("#/events?kinds=pools");
  await until("many events", async () => Number(await rows().last().getAttribute("aria-setsize")) >= 130);
  assert.ok((await rows().count()) < 100);
  dashboard.checkFaults();
});

test("on a phone the list is at the same place after an event was read", async () => {
  const small = await Dashboard.open(browser, node, { size: sizes.narrow });
  await small.go("#/events?kinds=pools");
  const list = small.page.getByRole("listbox");
  await until("the list is long", () => list.evaluate((box) => box.scrollHeight > 3000));
  await list.evaluate((box) => (box.scrollTop = 1000));
  await small.page.getByRole("button", { name: /^Follow/ }).waitFor();
  await small.page.locator(".tail .row:visible").nth(20).click();
  await small.page.getByRole("complementary").waitFor();
  await list.waitFor({ state: "hidden" });
  await small.page.getByRole("button", { name: "Close the detail" }).click();
  await until("it is near its place", () => list.evaluate((box) => box.scrollTop > 500 && box.scrollTop < 1500));
  await small.close();
});

test("nothing of all this was against the policy", () => dashboard.close());
