import assert from "node:assert/strict";
import { test } from "node:test";
import type { Call } from "../src/answers";
import { callText, countCalls, poolsOf, readCallFilter, selectCalls, selectSlow, slowText, type SlowCall } from "../src/views/call_rows";

function call(id: string, more: Partial<Call> = {}): Call {
  return { id, pool: "text", kind: "upper", state: "running", age_ms: 10, priority: 0, deaths: 0, from: "http", node: "alpha", ...more };
}

function slow(worker: string, more: Partial<SlowCall> = {}): SlowCall {
  return { time: "2026-01-02T03:04:05.678Z", pool: "text", worker, kind: "sleep", waited_ms: 0, run_ms: 2000, outcome: "ok", stderr: [], ...more };
}

const ids = (calls: readonly Call[]) => calls.map((one) => one.id);

test("the oldest call is first", () => {
  const calls = [call("young", { age_ms: 5 }), call("old", { age_ms: 5000 })];
  assert.deepEqual(ids(selectCalls(calls, readCallFilter({}))), ["old", "young"]);
  assert.deepEqual(ids(calls), ["young", "old"], "the answer itself stays as it is");
});

test("calls are chosen by state, pool and age together", () => {
  const calls = [
    call("a", { state: "waiting", age_ms: 20_000, worker: null }),
    call("b", { age_ms: 20_000, worker: "text.1" }),
    call("c", { pool: "echo", age_ms: 20_000, worker: "echo.1" }),
    call("d", { age_ms: 9_999, worker: "text.1" }),
  ];
  const filter = readCallFilter({ state: "running", pool: "text", older: "10000" });
  assert.deepEqual(ids(selectCalls(calls, filter)), ["b"]);
});

test("a filter of the address that means nothing lets all through", () => {
  const filter = readCallFilter({ state: "asleep", older: "soon" });
  assert.deepEqual(filter, { state: "open", pool: "", olderMs: 0 });
});

test("text is looked for in the names that only a caller knows, too", () => {
  assert.equal(callText(call("a", { request_id: "order-8", key: "k", worker: null })), "a upper text http k order-8");
  assert.match(slowText(slow("text.1", { stderr: ["loading"] })), /loading/);
});

test("slow calls keep the order of the node", () => {
  const calls = [slow("text.1"), slow("text.0", { outcome: "timeout" }), slow("echo.0", { pool: "echo" })];
  assert.deepEqual(selectSlow(calls, readCallFilter({ pool: "text" })).map((one) => one.worker), ["text.1", "text.0"]);
  assert.deepEqual(selectSlow(calls, readCallFilter({ older: "10000" })), []);
});

test("calls are counted by state, and their pools named once", () => {
  const calls = [call("a", { state: "waiting" }), call("b"), call("c", { pool: "echo" })];
  assert.deepEqual(countCalls(calls), { open: 3, waiting: 1, running: 2 });
  assert.deepEqual(poolsOf(calls), ["echo", "text"]);
});
