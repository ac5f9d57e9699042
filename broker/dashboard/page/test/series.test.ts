import assert from "node:assert/strict";
import { test } from "node:test";
import type { PoolHistory } from "../src/answers";
import { extended, lastKnown, marksOf } from "../src/series";

function history(start: number, calls: number[], ends: number[] = []): PoolHistory {
  const unknown = calls.map(() => null);
  return {
    pool: "text",
    step: "1s",
    step_s: 1,
    start,
    next: start + calls.length,
    calls,
    errors: unknown,
    waiting: unknown,
    running: unknown,
    workers: unknown,
    p50_ms: unknown,
    p99_ms: unknown,
    memory: unknown,
    cpu: unknown,
    restarts: unknown,
    reloads: unknown,
    ends: ends.length ? ends : unknown,
  };
}

test("rows that are known already are replaced, and new ones are added", () => {
  const joined = extended(history(100, [1, 2, 3]), history(101, [2, 4, 5]), 10);
  assert.deepEqual([joined?.start, joined?.next, joined?.calls], [100, 104, [1, 2, 4, 5]]);
  assert.equal(joined?.p99_ms.length, 4);
});

test("the oldest rows make room", () => {
  const joined = extended(history(100, [1, 2, 3]), history(103, [4]), 3);
  assert.deepEqual([joined?.start, joined?.calls], [101, [2, 3, 4]]);
});

test("nothing new leaves what is known as it is", () => {
  const known = history(100, [1, 2, 3]);
  assert.equal(extended(known, history(101, [2, 3]), 10), known);
});

test("a gap cannot be closed, nor a node that has begun anew", () => {
  assert.equal(extended(history(100, [1]), history(105, [1]), 10), null);
  assert.equal(extended(history(100, [1]), history(1, [1]), 10), null);
});

test("an empty history is extended too", () => {
  assert.deepEqual(extended(history(0, []), history(0, []), 10)?.calls, []);
});

test("marks are where workers ended", () => {
  assert.deepEqual(marksOf(history(100, [1, 1, 1], [0, 2, 0])), [{ time: 101, kind: "end", count: 2 }]);
});

test("the last known figure is behind those that are not known", () => {
  assert.equal(lastKnown([1, 2, null]), 2);
  assert.equal(lastKnown([]), null);
});
