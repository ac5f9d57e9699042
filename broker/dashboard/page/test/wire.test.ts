import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Wire } from "../src/wire";
import { FakeSocket, install, lastSocket, page, requests, type Sent } from "./fake_node";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  install();
});

/** Lets time pass, and what waits for promises run. */
async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  for (let i = 0; i < 10; ++i) await Promise.resolve();
}

function connected(): { wire: Wire; socket: FakeSocket } {
  const wire = new Wire("k/+ä");
  lastSocket().hello();
  return { wire, socket: lastSocket() };
}

const watches = (socket: FakeSocket) =>
  socket.sent.filter((message) => message.kind === "watch").map(({ id, kind, ...rest }) => rest);

test("the key is a subprotocol, and the address is relative to the page", () => {
  new Wire("k/+ä");
  assert.equal(lastSocket().url, "ws://host:1/base/ws/dashboard");
  assert.deepEqual(lastSocket().protocols, ["troupe.v1", "troupe.key.ay8rw6Q"]);
});

test("two users of one question ask once, and the answer is patched", () => {
  const { wire, socket } = connected();
  const [a, b] = [wire.look<{ n: number }>("pools"), wire.look<{ n: number }>("pools", {})];
  wire.hold(a);
  wire.hold(b);
  assert.deepEqual(watches(socket), [{ ask: "pools", payload: {} }]);
  const id = socket.sent[0]?.id;
  socket.say({ kind: "state", id, value: { n: 1, m: 2 } });
  socket.say({ kind: "delta", id, delta: { n: 3 } });
  assert.deepEqual(b.value.value, { n: 3, m: 2 });
  socket.say({ kind: "error", id, error: { code: "internal", message: "no" } });
  assert.equal(a.error.value?.code, "internal");
  assert.deepEqual(a.value.value, { n: 3, m: 2 });
  socket.say({ kind: "delta", id, delta: {} });
  assert.equal(a.error.value, null);
});

test("a question that nobody asks any more is forgotten after a while, with its answer", async () => {
  const { wire, socket } = connected();
  const look = wire.look("pool", { name: "text" }, { everyS: 2, without: ["age_ms"] });
  wire.hold(look)();
  await pass(500);
  const release = wire.hold(look);
  await pass(5000);
  assert.equal(
    socket.sent.some((message) => message.kind === "unwatch"),
    false,
  );
  release();
  await pass(5000);
  assert.deepEqual(socket.sent.at(-1), { kind: "unwatch", id: socket.sent[0]?.id });
  assert.notEqual(wire.look("pool", { name: "text" }, { everyS: 2, without: ["age_ms"] }), look);
});

test("a node that is gone is tried again, then everything is asked again, and events go on behind the last", async () => {
  const { wire, socket } = connected();
  wire.hold(wire.look("pools"));
  wire.follow({ kinds: ["worker_exited"] }, () => {});
  socket.say({ kind: "events", id: socket.sent[1]?.id, events: [{ seq: 41, kind: "worker_exited" }] });
  assert.equal(wire.staleSince.value, null);
  const typed = wire.input("agent", "x");
  requests.status = 0;
  socket.close();
  assert.equal((await typed)?.code, "node_down");
  assert.notEqual(wire.staleSince.value, null);
  await pass(60_000);
  assert.ok(FakeSocket.all.length > 1);
  lastSocket().hello();
  assert.equal(wire.state.value, "open");
  assert.equal(wire.staleSince.value, null);
  assert.deepEqual(watches(lastSocket()), [
    { ask: "pools", payload: {} },
    { ask: "events", payload: { kinds: ["worker_exited"], since: 40 } },
  ]);
});

/** Follows, loses the node, and lets the one that answers then say this. Returns what came, and what was asked. */
async function afterRestart(said: object[]): Promise<{ came: unknown[]; asked: Sent[] }> {
  const wire = new Wire("key");
  lastSocket().hello();
  const came: unknown[] = [];
  const end = wire.follow({ since: 0 }, (events) => came.push(...events.map((event) => event.seq)));
  const id = lastSocket().sent.at(-1)?.id;
  lastSocket().say({ kind: "events", id, events: [{ seq: 5, kind: "a", time: "t5" }] });
  lastSocket().close();
  await pass(60_000);
  lastSocket().hello();
  lastSocket().say({ kind: "events", id, events: said });
  const asked = lastSocket().sent;
  end();
  wire.end();
  return { came, asked };
}

test("events of the same node go on behind the last one", async () => {
  const { came } = await afterRestart([
    { seq: 5, kind: "a", time: "t5" },
    { seq: 6, kind: "b", time: "t6" },
  ]);
  assert.deepEqual(came, [5, 6]);
});

test("a node that was started again has fewer events: all of them come", async () => {
  const { came } = await afterRestart([{ seq: 2, kind: "a", time: "u2" }]);
  assert.deepEqual(came, [5, 2]);
});

test("a node that was started again has more events already: they are asked for from the first on", async () => {
  for (const said of [[{ seq: 5, kind: "b", time: "u5" }], [{ seq: 7, kind: "b", time: "u7" }], []]) {
    const { came, asked } = await afterRestart(said);
    assert.deepEqual(came, [5]);
    assert.deepEqual(
      asked.filter(({ kind }) => kind !== "input").map(({ kind, payload }) => [kind, payload]),
      [["watch", { since: 4 }], ["unwatch", undefined], ["watch", { since: 0 }], ["unwatch", undefined]],
    );
  }
});

test("a wrong key is not tried again", async () => {
  const wire = new Wire("wrong");
  requests.status = 401;
  lastSocket().close();
  await pass(60_000);
  assert.equal(wire.state.value, "refused");
  assert.equal(FakeSocket.all.length, 1);
});

test("a node whose WebSocket is not let through is told from one that is gone", async () => {
  const wire = new Wire("key");
  for (let i = 0; i < 3; ++i) {
    lastSocket().close();
    await pass(10_000);
  }
  assert.equal(wire.blocked.value, true);
  requests.status = 0;
  lastSocket().close();
  await pass(10_000);
  assert.equal(wire.blocked.value, false);
});

test("an error of a proxy whose node is gone does not say that the node answers", async () => {
  const { wire } = connected();
  requests.status = 502;
  for (let i = 0; i < 3; ++i) {
    lastSocket().close();
    await pass(10_000);
  }
  assert.equal(wire.blocked.value, false);
});

test("a page that is opened where nobody sees it is paused from the beginning", async () => {
  page.hidden = true;
  const { wire, socket } = connected();
  wire.hold(wire.look("pools"));
  page.hidden = false;
  page.changed();
  assert.deepEqual(
    socket.sent.map((message) => message.kind),
    ["pause", "watch", "resume"],
  );
});

test("a node that says nothing more is stale, and then connected to again", async () => {
  const { wire, socket } = connected();
  wire.hold(wire.look("pools"));
  await pass(3000);
  socket.say({ kind: "beat", at: "" });
  await pass(3000);
  assert.equal(wire.staleSince.value, null);
  await pass(3000);
  assert.notEqual(wire.staleSince.value, null);
  await pass(10_000);
  await pass(1000);
  assert.ok(FakeSocket.all.length > 1);
});

test("a page that is not seen is paused, and is not stale for its silence", async () => {
  const { wire, socket } = connected();
  wire.hold(wire.look("pools"));
  page.hidden = true;
  page.changed();
  await pass(60_000);
  assert.equal(wire.staleSince.value, null);
  page.hidden = false;
  page.changed();
  wire.freeze(true);
  wire.freeze(false);
  assert.deepEqual(
    socket.sent.slice(1).map((message) => message.kind),
    ["pause", "resume", "pause", "resume"],
  );
});

test("a key that may only look makes the page read-only", () => {
  const wire = new Wire("view");
  assert.equal(wire.readOnly.value, true);
  lastSocket().hello("view");
  assert.equal(wire.readOnly.value, true);
  lastSocket().hello("all");
  assert.equal(wire.readOnly.value, false);
});
