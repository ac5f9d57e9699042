// Programs on terminals: seen in their colours, typed into, sized, started and ended.
import assert from "node:assert/strict";
import { test } from "node:test";
import { colourOf, Dashboard, openForAll } from "./page.mjs";
import { keys, until } from "./node.mjs";
import { colours } from "./pools.mjs";

let node, browser, dashboard, page;

openForAll(colours, { scheme: "dark" }, (all) => ({ node, browser, dashboard, page } = all));

const screen = (name) => page.getByRole("group", { name: `Screen of ${name}` });
const screenText = async (name) => (await node.get(`api/spawned/${name}/snapshot`)).screen;

test("colours are drawn, those of a class and those of a style", async () => {
  await dashboard.go("#/terminals/colours.0");
  const red = await until("the red word", () => colourOf(page, "red"));
  assert.equal(red, "rgb(242, 119, 122)"); // the theme's red
  assert.equal(await colourOf(page, "true"), "rgb(10, 200, 30)");
  dashboard.checkFaults();
});

test("what is typed and what is pasted reaches the program, and what it prints comes back", async () => {
  await dashboard.go("#/terminals/colours.0");
  await dashboard.enterScreen("colours.0");
  await page.keyboard.type("hello you\n");
  await until("typed", async () => /hello you\s+hello you/.test(await screenText("colours.0")));
  await screen("colours.0").getByText("hello you").last().waitFor();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "pasted ✓\n");
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await until("pasted", async () => (await screenText("colours.0")).includes("pasted ✓"));
  dashboard.checkFaults();
});

test("Ctrl-] leads out of the terminal: it is no trap for the keyboard", async () => {
  await dashboard.enterScreen("colours.0");
  await page.keyboard.press("Control+]");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "All terminals");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Terminals" }).waitFor();
});

test("the wall shows live screens, the one that waits for somebody first", async () => {
  await dashboard.go("#/terminals");
  const tiles = page.getByRole("main").getByRole("listitem");
  await tiles.first().getByRole("link", { name: "agent.0" }).waitFor(); // it is idle after a second
  await tiles.first().getByText(/idle/).waitFor();
  await tiles.first().getByText("agent>").waitFor();
  await node.ask("POST", "api/input/colours.0", { data: "seen on the wall\n" });
  await tiles.last().getByText("seen on the wall").first().waitFor();
  await dashboard.checkAccess("the wall");
  dashboard.checkFaults();
});

test("the size is taken after a question, follows the window, and is given back when the terminal is left", async () => {
  await dashboard.go("#/terminals/colours.0");
  const take = page.getByRole("button", { name: "Take the size" });
  await take.click();
  await page.getByRole("dialog").getByText("instead of 12 × 40").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Take the size" }).click();
  await page.getByText("this page").waitFor();
  const wide = await node.get("api/spawned/colours.0");
  assert.ok(wide.cols > 100, `${wide.cols} columns`);
  await page.setViewportSize({ width: 800, height: 800 });
  await until("fewer columns", async () => (await node.get("api/spawned/colours.0")).cols < wide.cols - 20);
  await page.setViewportSize({ width: 1280, height: 800 });
  await dashboard.go("#/terminals");
  await until("given back", async () => (await node.get("api/spawned/colours.0")).driver === null);
  // At once, while the page may still have the answer by which the size was its own.
  const again = [];
  page.on("request", (request) => request.url().includes("/api/resize/") && again.push(request.postData()));
  await dashboard.go("#/terminals/colours.0");
  await page.getByText("nobody").waitFor();
  assert.deepEqual(again, []);
  dashboard.checkFaults();
});

test("a screen reader gets the lines of the screen", async () => {
  await dashboard.go("#/terminals/colours.0");
  await page.getByLabel("for a screen reader").check();
  await screen("colours.0").getByRole("listitem").filter({ hasText: "red true" }).waitFor();
  await dashboard.checkAccess("a terminal for a screen reader");
  dashboard.checkFaults();
});

test("the client that decides the size is shown", async () => {
  await node.ask("POST", "api/resize/colours.0", { rows: 20, cols: 60, session_id: "somebody-else" });
  await dashboard.go("#/terminals/colours.0");
  await page.getByText("somebody-else").first().waitFor();
  await page.getByRole("button", { name: "Take the size" }).click();
  await page.getByRole("dialog").getByText("somebody-else decides the size now").waitFor();
  await page.getByRole("button", { name: "Leave it" }).click();
});

test("messages wait, and are flushed", async () => {
  await node.ask("PUT", "api/spawned/agent.0/delivery-mode", { mode: "manual_flush" });
  await node.ask("POST", "api/send", { to: "agent.0", message: "hello there", from: "tester" });
  await dashboard.go("#/terminals/agent.0");
  await page.getByText("wait for a flush").first().waitFor();
  await page.getByRole("listitem").getByText("hello there").waitFor();
  await page.getByRole("button", { name: "Flush" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Flush" }).click();
  await until("typed", async () => (await screenText("agent.0")).includes("hello there"));
});

test("a program is started, and ended after a question", async () => {
  await dashboard.go("#/terminals");
  await page.getByRole("button", { name: "Start a program" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("team/bob");
  await dialog.getByLabel("Program and arguments").fill(`sh -c "echo 'it runs'; exec cat"`);
  await dialog.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "team/bob" }).waitFor();
  await screen("team/bob").getByText("it runs").waitFor();
  await page.getByRole("button", { name: "End" }).click();
  await page.getByRole("dialog").getByText("SIGHUP").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await until("ended", async () => !(await node.get("api/spawned")).agents.some(({ name }) => name === "team/bob"));
  dashboard.checkFaults();
});

test("another program in its place is shown without a reload", async () => {
  await dashboard.go("#/terminals/colours.0");
  await dashboard.enterScreen("colours.0");
  await page.keyboard.type("before\n");
  await screen("colours.0").getByText("before").first().waitFor();
  await node.ask("POST", "api/pools/colours/restart");
  await until("an empty screen", async () => (await screen("colours.0").getByText("before").count()) === 0);
  await screen("colours.0").getByText("true", { exact: true }).waitFor();
  await page.keyboard.type("after\n");
  await until("typed", async () => (await screenText("colours.0")).includes("after"));
});

test("with a key that may only look nothing is typed", async () => {
  const looking = await Dashboard.open(browser, node, { key: keys.view });
  await looking.go("#/terminals/colours.0");
  await looking.page.getByText("true", { exact: true }).waitFor();
  await looking.enterScreen("colours.0");
  await looking.page.keyboard.type("never\n");
  await node.ask("POST", "api/input/colours.0", { data: "always\n" });
  await looking.page.getByText("always").first().waitFor();
  assert.ok(!(await screenText("colours.0")).includes("never"));
  await looking.close();
  await dashboard.close();
});
