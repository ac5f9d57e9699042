// The router, with a history as browsers have it: a link changes the address now, and the page is told later.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Router } from "../src/route";

interface Entry {
  hash: string;
  state: unknown;
}

class Browser {
  entries: Entry[] = [{ hash: "", state: null }];
  at = 0;
  tell = () => {};

  constructor() {
    const now = () => this.entries[this.at]!;
    Object.assign(globalThis, {
      location: {
        get hash() {
          return now().hash;
        },
      },
      history: {
        get state() {
          return now().state;
        },
        pushState: (state: unknown, _: string, hash: string) => this.push({ hash, state }),
        replaceState: (state: unknown, _: string, hash: string) => Object.assign(now(), { hash, state }),
      },
      addEventListener: (_: "hashchange", told: () => void) => (this.tell = told),
    });
  }

  private push(entry: Entry): void {
    this.entries.splice(++this.at, Infinity, entry);
  }

  /** A link. `tell` is for the test to call. */
  follow(hash: string): void {
    this.push({ hash, state: null });
  }

  back(): void {
    --this.at;
    this.tell();
  }
}

let browser: Browser, router: Router;

beforeEach(() => {
  browser = new Browser();
  router = new Router();
});

const place = () => location.hash;

test("out leads to where one came from, at once, with its filter", () => {
  router.go("workers");
  router.set("filter", "a");
  router.go("pool", "text");
  router.go("worker", "text.0");
  assert.equal(router.route.value.subject, "text.0");
  router.out("workers");
  assert.equal(place(), "#/pool/text");
  router.out("pools");
  assert.deepEqual(router.route.value, { view: "workers", subject: "", params: { filter: "a" } });
});

test("out never leads out of the page", () => {
  router.go("pool", "text");
  for (let i = 0; i < 3; ++i) router.out("pools");
  assert.equal(place(), "#/pools");
  assert.equal(browser.entries[browser.at - 1]?.hash, "#/pool/text");
});

test("a page that begins at a detail leads out to its list", () => {
  browser.entries[0]!.hash = "#/worker/text.0";
  router = new Router();
  router.out("workers");
  assert.equal(place(), "#/workers");
});

test("a link, and the browser's way back, lead where they say", () => {
  browser.follow("#/pool/text");
  browser.tell();
  browser.follow("#/worker/text.0");
  browser.tell();
  browser.back();
  assert.equal(router.route.value.view, "pool");
  router.out("pools");
  assert.equal(place(), "#/pools");
  assert.equal(router.route.value.view, "pools");
});

test("a filter that is typed after a link was followed does not undo the link", () => {
  browser.follow("#/pool/text");
  router.set("filter", "a");
  assert.equal(place(), "#/pool/text");
  browser.tell();
  router.set("filter", "b");
  assert.equal(place(), "#/pool/text?filter=b");
});

test("changes of a place are no steps on the way out", () => {
  router.go("events");
  for (const seq of ["1", "2", "3"]) router.replace("events", seq);
  router.go("worker", "text.0");
  router.out("workers");
  assert.equal(place(), "#/events/3");
});

test("the way out survives a reload", () => {
  router.set("filter", "a");
  router.go("pool", "text");
  router = new Router();
  router.out("pools");
  assert.equal(place(), "#/pools?filter=a");
});
