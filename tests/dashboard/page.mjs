// A browser with the dashboard in it, and what every page of a test is held to: nothing on the console, nothing
// against the policy, no request to anybody but the node.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before } from "node:test";
import { keys, Node, until } from "./node.mjs";

const tools = createRequire(join(process.env.PAGE, "package.json"));
const { chromium } = tools("playwright-core");

export const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

export function startBrowser() {
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  // A page that Playwright has made is one of a public address for Chromium, so it might not reach this machine.
  if (process.env.DIST)
    args.push("--disable-features=LocalNetworkAccessChecks");
  return chromium.launch({ executablePath: process.env.CHROMIUM, args });
}

/** Has the page come from a folder, with the headers that the node gives its own. */
function replaceFiles(page, url, folder) {
  const files = (address) => address.origin === url && (address.pathname === "/" || address.pathname.startsWith("/dashboard/"));
  const answer = async (route) => {
    const response = await route.fetch();
    const { "content-encoding": _, "content-length": __, ...headers } = response.headers();
    const file = new URL(route.request().url()).pathname.replace(/^\/(dashboard\/)?/, "") || "index.html";
    await route.fulfill({ response, headers, body: await readFile(join(folder, file)) });
  };
  // The page may be closed meanwhile.
  return page.route(files, (route) => answer(route).catch(() => route.abort().catch(() => {})));
}

export class Dashboard {
  faults = [];

  /** Opens the page with a key in the address; without one if `key` is "". */
  static async open(browser, node, { key = keys.all, size = sizes.wide, scheme = "light", forgive = null } = {}) {
    const opened = new Dashboard();
    const context = await browser.newContext({ viewport: size, colorScheme: scheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    opened.page = page;
    opened.node = node;
    opened.forgive = forgive;
    page.setDefaultTimeout(60_000);
    await opened.#watch(page, new URL(node.url).host);
    if (process.env.DIST)
      await replaceFiles(page, node.url, process.env.DIST);
    await page.goto(`${node.url}/${key ? `#key=${encodeURIComponent(key)}` : ""}`);
    if (key) // the node has said its name: the page is connected
      await page.getByRole("banner").getByText(node.name, { exact: true }).waitFor();
    return opened;
  }

  async #watch(page, host) {
    page.on("console", (message) => this.#note(`console: ${message.text()}`));
    page.on("pageerror", (error) => this.#note(`error: ${error.stack}`));
    page.on("request", (request) => new URL(request.url()).host === host || request.url().startsWith("data:") || this.#note(`request: ${request.url()}`));
    page.on("websocket", (socket) => new URL(socket.url()).host === host || this.#note(`websocket: ${socket.url()}`));
    await page.exposeBinding("noteViolation", (_, what) => this.#note(`policy: ${what}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        window.noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
      window.pressed = [];
      addEventListener("keydown", ({ key, defaultPrevented }) =>
        window.pressed.push(`${key} at ${location.hash}, ${defaultPrevented ? "taken" : "not taken"}`));
    });
  }

  #note(what) {
    if (!this.forgive?.test(what))
      this.faults.push(what);
  }

  /** Goes to a place of the page, as its links do. */
  async go(place) {
    await this.page.evaluate((fragment) => (location.hash = fragment), place);
  }

  place() {
    return this.page.evaluate(() => location.hash);
  }

  /** Waits until the page is at a place that begins so; else fails, and says where it is. */
  async arrives(place) {
    try {
      await until(`the page is at ${place}`, async () => (await this.place()).startsWith(place));
    } catch (error) {
      throw new Error(`${error.message}\n${await this.where()}`);
    }
  }

  /** Where the page is, what has its focus, and what it did with the last keys. */
  where() {
    return this.page.evaluate(() =>
      JSON.stringify({
        address: location.hash,
        state: history.state,
        entries: history.length,
        focus: document.activeElement?.outerHTML.slice(0, 200),
        heading: document.querySelector("h1")?.textContent,
        keys: window.pressed.slice(-10),
      }, null, 2));
  }

  /** Clicks on the screen of a terminal, and waits until keys go to it. */
  async enterScreen(name) {
    const screen = this.page.getByRole("group", { name: `Screen of ${name}` });
    const input = screen.getByLabel("Terminal input");
    await input.waitFor({ state: "attached" });
    await screen.click();
    await until(`keys go to ${name}`, () => input.evaluate((field) => field === document.activeElement));
  }

  /** Clicks a button that asks, reads the question, and says yes. */
  async order(button, question) {
    const verb = await button.textContent();
    await button.click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByText(question).waitFor();
    await dialog.getByRole("button", { name: verb, exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  async shoot(name) {
    await this.page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
  }

  /** Fails if axe finds something serious or critical in what is shown. */
  async checkAccess(what) {
    if (!(await this.page.evaluate(() => "axe" in window)))
      await this.page.evaluate(await readFile(tools.resolve("axe-core/axe.min.js"), "utf8"));
    const found = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 5).map((n) => `    ${n.html.slice(0, 200)}\n      ${n.failureSummary.split("\n").slice(1, 2).join("")}`).join("\n")}`);
    });
    assert.deepEqual(found, [], `axe finds in ${what}:\n${found.join("\n")}`);
  }

  /** Fails if something is wider than the page. */
  async checkWidth(what) {
    const [wide, there] = await this.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= there, `${what} is ${wide} px wide on a page of ${there}`);
  }

  /** Fails if a list goes on below the detail that is beside it. */
  async checkBeside(what) {
    const below = await this.page.evaluate(() => {
      const detail = document.querySelector("aside")?.getBoundingClientRect();
      const tables = [...document.querySelectorAll("main table")].map((table) => table.getBoundingClientRect());
      return detail ? tables.filter((table) => table.top < detail.bottom && table.left < detail.left && table.right > detail.left).length : 0;
    });
    assert.equal(below, 0, `${what} has a list that is wider than its place`);
  }

  checkFaults() {
    assert.deepEqual(this.faults, []);
  }

  /** Checks, and closes. */
  async close() {
    await this.page.context().close();
    this.checkFaults();
  }
}

/** Opens one page for all tests of a file, with a node and a browser; gives them to `use` before the first test. */
export function openForAll(pools, options, use) {
  let node, browser;
  before(async () => {
    node = await Node.start(pools);
    browser = await startBrowser();
    const dashboard = await Dashboard.open(browser, node, options);
    await use({ node, browser, dashboard, page: dashboard.page });
  });
  after(async () => {
    await browser?.close();
    await node?.remove();
  });
}

/** The computed colour of the first span of a terminal that has exactly this text. */
export function colourOf(page, text) {
  return page.evaluate((wanted) => {
    const span = [...document.querySelectorAll(".xterm-rows span")].find((one) => one.textContent.trim() === wanted);
    return span ? getComputedStyle(span).color : null;
  }, text);
}
