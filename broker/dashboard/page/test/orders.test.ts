import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialogs } from "../src/dialogs";
import { Orders } from "../src/orders";
import type { Toasts } from "../src/toasts";

/** What comes of a request that is answered so. */
async function ask(status: number, statusText: string, body: string) {
  globalThis.fetch = () => Promise.resolve(new Response(body, { status, statusText }));
  const orders = new Orders("key", {} as Toasts, {} as Dialogs, () => {
    throw new Error("no question is asked");
  });
  return orders.request("POST", "api/pools/echo/restart");
}

test("a node says itself what is wrong", async () => {
  assert.deepEqual(await ask(404, "Not Found", '{"code":"pool_not_found","message":"no pool echo"}'), {
    fault: { code: "pool_not_found", message: "no pool echo" },
  });
});

test("a page of a proxy is no answer of the node: its status is told", async () => {
  assert.deepEqual(await ask(413, "Request Entity Too Large", "<html>413</html>"), {
    fault: { code: "413", message: "Request Entity Too Large" },
  });
});

test("an order that is carried out may say nothing", async () => {
  assert.deepEqual(await ask(200, "OK", ""), { value: null });
});
