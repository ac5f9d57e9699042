import assert from "node:assert/strict";
import { test } from "node:test";
import type { AllHistory, History, Pool } from "../src/answers";
import { nodeFigures, problemOf, utilisation } from "../src/rates";

function pool(facts: Partial<Pool>): Pool {
  return {
    name: "text",
    state: "ready",
    ready: true,
    protocol: "json-lines",
    size: 2,
    window: 1,
    workers: 2,
    slots: 2,
    waiting: 0,
    in_flight: 0,
    abandoned: 0,
    calls: 0,
    results: 0,
    errors: 0,
    totals: { calls: 0, late: 0, stray: 0 },
    error: null,
    ...facts,
  };
}

test("the figures of the node are those of all pools, but terminals have no slots that fill", () => {
  const history = { pools: { a: { calls: [10, null, 20], errors: [0, null, 1] }, b: { calls: [null], errors: [] } } };
  const now = nodeFigures(
    [
      pool({ in_flight: 1, abandoned: 1, slots: 4, waiting: 3, oldest_ms: 50 }),
      pool({ protocol: "terminal", slots: 1024 }),
      pool({ oldest_ms: 700, waiting: 1, slots: 0 }),
    ],
    history as unknown as AllHistory,
  );
  assert.deepEqual(now, { callsPerS: 15, errorsPerS: 0.5, utilisation: 0.5, oldestMs: 700, waiting: 4 });
});

test("what is not known is null, and not zero", () => {
  assert.deepEqual(nodeFigures([], null), {
    callsPerS: null,
    errorsPerS: null,
    utilisation: null,
    oldestMs: null,
    waiting: 0,
  });
  assert.equal(utilisation(pool({ slots: 0 })), null);
  assert.equal(
    nodeFigures([], { pools: { a: { calls: [null] } as unknown as History } } as unknown as AllHistory).callsPerS,
    null,
  );
});

test("what stops calls is before what slows them", () => {
  const order = [
    pool({ state: "unavailable", ready: false, error: { code: "unavailable", message: "" } }),
    pool({ state: "drained", ready: false }),
    pool({ state: "starting", ready: false }),
    pool({ waiting: 1 }),
    pool({}),
  ].map(problemOf);
  assert.deepEqual(
    [...order].sort((a, b) => b - a),
    order,
  );
  assert.equal(new Set(order).size, order.length);
  assert.equal(problemOf(pool({ size: 8, min: 1, workers: 1 })), 0);
});
