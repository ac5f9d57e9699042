import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Event } from "../src/answers";
import { allKinds, groupOfKind, lineOf, severityOf, subjectOf } from "../src/views/event_kinds";
import { clockOf, EventTail, readEventFilter, writeGroups } from "../src/views/event_tail";

function event(seq: number, kind: string, more: Partial<Event> = {}): Event {
  return { seq, time: "2026-11-26T04:09:01.123Z", kind, ...more };
}

const crash = event(1, "worker_exited", { worker: "echo.0", pid: 4711, reason: "crash", exit_code: 1, expected: false });
const killed = event(2, "worker_exited", { worker: "echo.0", pid: 4712, reason: "signal", signal: 9, signal_name: "SIGKILL", expected: false });
const scaled = event(3, "worker_exited", { worker: "echo.1", pid: 4713, reason: "scale", exit_code: 0, expected: true });

test("an end that nobody wanted is a problem, one that an operator wanted is none", () => {
  assert.deepEqual([crash, killed, scaled].map(severityOf), ["problem", "problem", "info"]);
});

test("an end says why and how", () => {
  assert.equal(lineOf(crash), "crash: exited with code 1 (pid 4711)");
  assert.equal(lineOf(killed), "signal: ended by SIGKILL (pid 4712)");
});

test("an event is about its worker, else its terminal, session, pool or node", () => {
  assert.equal(subjectOf(crash), "echo.0");
  assert.equal(subjectOf(event(1, "call_slow", { pool: "text", worker: "text.0" })), "text.0");
  assert.equal(subjectOf(event(1, "session_run", { pool: "interview", session_id: "s-1" })), "s-1");
  assert.equal(subjectOf(event(1, "node_up", { node: "beta" })), "beta");
  assert.equal(subjectOf({ seq: 1, kind: "gap", from: 1, to: 9 }), "");
});

test("a kind that is new to the page has a group and shows its members", () => {
  assert.equal(groupOfKind("session_slept"), "sessions");
  assert.equal(groupOfKind("delivery_lost"), "terminals");
  assert.equal(lineOf(event(1, "pool_painted", { pool: "text", colour: "red", coats: 2 })), "colour red, coats 2");
});

test("what a terminal printed is shown without its escape sequences", () => {
  const chunk = "\x1b[1;36magent>\x1b[0m ls\r\n\x1b]0;title\x07done";
  assert.equal(lineOf(event(1, "worker_stream", { name: "agent.0", chunk })), "agent> ls done");
});

test("a failed call says how long it ran and waited", () => {
  const failed = event(1, "call_failed", { pool: "text", call: "upper", code: "timeout", message: "too late", waited_ms: 12, run_ms: 2300 });
  assert.equal(lineOf(failed), "upper: timeout: too late; ran 2.3 s, waited 12 ms");
});

test("the tail keeps the last events, and of those that pass the filter as many", () => {
  const tail = new EventTail(readEventFilter({}), 3);
  tail.add([1, 2, 3, 4, 5].map((seq) => event(seq, seq % 2 ? "worker_ready" : "node_up", { node: "beta" })));
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [3, 4, 5]);
  tail.choose(readEventFilter({ kinds: "nodes" }));
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [4]);
  tail.add([event(6, "node_down"), event(7, "node_up")]);
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [6, 7]);
  assert.equal(tail.kept, 3);
  tail.add([8, 9, 10].map((seq) => event(seq, "worker_ready")));
  assert.deepEqual(tail.shown, []);
});

test("long events leave room for fewer, and the newest is kept however long it is", () => {
  const tail = new EventTail(readEventFilter({}), 100, 3_000);
  tail.add([1, 2, 3, 4].map((seq) => event(seq, "worker_event", { worker: "text.0", payload: "x".repeat(1_000) })));
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [3, 4]);
  tail.add([event(5, "worker_event", { worker: "text.0", payload: { long: "x".repeat(9_000) } })]);
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [5]);
  tail.add([event(6, "worker_ready"), event(7, "worker_ready")]);
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [6, 7]);
});

test("a node that starts again counts from 1, and the tail says so", () => {
  const tail = new EventTail(readEventFilter({}));
  tail.add([event(7, "worker_ready")]);
  tail.add([event(1, "worker_started"), event(2, "worker_ready")]);
  assert.deepEqual(tail.shown.map((row) => [row.key, row.event.seq]), [[0, 7], [1, 0], [2, 1], [3, 2]]);
  assert.match(tail.shown[1]?.line ?? "", /started again/);
  assert.equal(tail.last, 2);
  assert.equal(tail.find(2)?.key, 3);
});

test("the filter is by group, severity and text, and a gap always passes", () => {
  const tail = new EventTail(readEventFilter({ severity: "problem", filter: "ECHO" }));
  tail.add([crash, scaled, event(4, "call_failed", { pool: "text", call: "x", code: "timeout" }), { seq: 9, kind: "gap", from: 5, to: 9 }]);
  assert.deepEqual(tail.shown.map((row) => row.event.seq), [1, 9]);
});

test("terminals' output is shown only if asked for, and the usual groups need no word in the address", () => {
  const usual = readEventFilter({}).groups;
  assert.equal(usual.has("output"), false);
  assert.equal(writeGroups(usual), "");
  assert.equal(writeGroups(new Set(["nodes", "workers"])), "workers,nodes");
  assert.equal(writeGroups(new Set()), "none");
  assert.equal(readEventFilter({ kinds: "none" }).groups.size, 0);
});

test("a time is shown to the millisecond, and a gap has none", () => {
  assert.match(clockOf(crash), /^\d\d:\d\d:01\.123$/);
  assert.equal(clockOf({ seq: 1, kind: "gap" }), "");
});

test("the page knows each kind that the node documents", async () => {
  const page = await readFile(`${process.env.PAGE}/../../../protocol/events.md`, "utf8");
  const documented = [...page.matchAll(/^\| `([a-z]+_[a-z_]+)` \|/gm)].map((row) => row[1]);
  assert.ok(documented.length > 30);
  assert.deepEqual([...allKinds].sort(), documented.sort());
});
