// Sessions as conversations: their record, a response, a stop; and the calls that were slow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Dashboard, openForAll } from "./page.mjs";
import { keys, until } from "./node.mjs";
import { busy, interview, long } from "./pools.mjs";

let node, browser, dashboard, page;

openForAll(`${interview}size = 4\n${busy}`, {}, (all) => ({ node, browser, dashboard, page } = all));

async function begin(topic) {
  const { value } = await node.ask("POST", "api/sessions", { pool: "interview", ctx: { topic } });
  assert.equal(value.state, "paused");
  return value.session_id;
}

async function stateOf(id) {
  return (await node.get(`api/sessions/${id}`)).state;
}

const record = (on) => on.getByRole("list", { name: "Record of the session" }).getByRole("listitem");

async function respond(prompt, text) {
  const form = page.locator("form").filter({ hasText: prompt });
  await form.getByRole("textbox").fill(text);
  await form.getByRole("button", { name: "Respond" }).click();
}

test("a session is led to its end on the page, and its record reads as a conversation", async () => {
  const id = await begin("coffee");
  await dashboard.go("#/sessions");
  await page.getByRole("table", { name: "Sessions" }).getByText(id).click();
  assert.equal(await dashboard.place(), `#/sessions/${encodeURIComponent(id)}`);
  await respond("Do you like coffee?", "yes");
  await respond("How do you take coffee?", "black");
  await respond("How many cups?", "3");
  await record(page).getByText("3 cups of coffee, black").waitFor();
  assert.equal(await stateOf(id), "finished");
  const turns = (await record(page).allTextContents()).map((turn) => turn.replace(/\d\d:\d\d:\d\d/, ": "));
  assert.match(turns[0], /^Client begins.*coffee/s);
  assert.match(turns[1], /^Worker asks.*Do you like coffee\?.*How do you take coffee\?/s);
  assert.match(turns[2], /^Client responds.*to “Do you like coffee\?”yes/s);
  assert.match(turns.at(-1), /^Worker has a result.*3 cups of coffee, black/s);
  await page.getByRole("button", { name: "Respond" }).waitFor({ state: "detached" });
  dashboard.checkFaults();
});

test("a session is stopped, and then removed", async () => {
  const id = await begin("tea");
  await dashboard.go(`#/sessions/${encodeURIComponent(id)}`);
  await dashboard.order(page.getByRole("button", { name: "Stop", exact: true }), "ends as failed");
  await record(page).getByText("a client stopped the session").waitFor();
  assert.equal(await stateOf(id), "failed");
  await dashboard.order(page.getByRole("button", { name: "Remove", exact: true }), "record");
  await until("the session is removed", async () => (await node.ask("GET", `api/sessions/${id}`)).status === 404);
  await page.getByRole("table", { name: "Sessions" }).getByText(id).waitFor({ state: "detached" });
  dashboard.checkFaults();
});

test("sessions are chosen by their state", async () => {
  const id = await begin("water");
  await dashboard.go("#/sessions?state=finished");
  const table = page.getByRole("table", { name: "Sessions" });
  await table.getByText("3 cups of coffee, black").waitFor();
  assert.equal(await table.getByText(id).count(), 0);
  await page.getByRole("button", { name: /^Paused/ }).click();
  await table.getByText(id).waitFor();
  assert.equal(await table.getByText("3 cups of coffee, black").count(), 0);
  dashboard.checkFaults();
});

test("with a key that may only look, a session is read and nothing can be said in it", async () => {
  const id = await begin("milk");
  const looker = await Dashboard.open(browser, node, { key: keys.view });
  await looker.go(`#/sessions/${encodeURIComponent(id)}`);
  await record(looker.page).getByText("Do you like milk?").waitFor();
  await looker.page.getByText("waits for a response").waitFor();
  for (const name of ["Respond", "Stop"])
    assert.equal(await looker.page.getByRole("button", { name, exact: true }).count(), 0);
  await looker.close();
});

test("a slow call is listed while it runs, with what it ran in", async () => {
  const outcome = node.call("busy", "sleep", { ms: long });
  await dashboard.go("#/calls?state=slow");
  const row = page.getByRole("table", { name: "Slow calls" }).getByRole("row").filter({ hasText: "busy.0" });
  await row.getByText("running").waitFor();
  const [call] = await node.get("api/calls");
  await node.ask("DELETE", `api/calls/${call.id}`);
  await row.getByText("cancelled").waitFor();
  assert.equal((await outcome).value.code, "cancelled");
  await row.click();
  await page.getByRole("complementary").getByText("What the worker wrote to stderr meanwhile").waitFor();
  await dashboard.close();
});
