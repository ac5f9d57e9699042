import assert from "node:assert/strict";
import { test } from "node:test";
import { apply } from "../src/delta";

test("members are merged, removed and set to null", () => {
  const before = { a: 1, b: { c: 2, d: 3 }, e: null };
  assert.deepEqual(apply(before, { a: 2, b: { d: null }, $null: ["f"] }), { a: 2, b: { c: 2 }, e: null, f: null });
});

test("arrays and scalars replace", () => {
  assert.deepEqual(apply({ lines: ["a"], n: 1 }, { lines: ["b", "c"], n: { m: 1 } }), {
    lines: ["b", "c"],
    n: { m: 1 },
  });
  assert.equal(apply([1], null), null);
});

test("a member whose name begins with a dollar is escaped", () => {
  assert.deepEqual(apply({}, { $$set: 1, $$$null: 2 }), { $set: 1, $$null: 2 });
});

const pools = [
  { name: "a", calls: 1 },
  { name: "b", calls: 2 },
  { name: "c", calls: 3 },
];

test("rows are changed, removed and added; others stay the same objects", () => {
  const after = apply(pools, { $set: { b: { calls: 5 }, d: { name: "d", calls: 0 } }, $gone: ["a"] }) as typeof pools;
  assert.deepEqual(after, [
    { name: "b", calls: 5 },
    { name: "c", calls: 3 },
    { name: "d", calls: 0 },
  ]);
  assert.equal(after[1], pools[2]);
  assert.equal(pools[1]?.calls, 2);
});

test("$order orders, and leaves nothing undefined", () => {
  assert.deepEqual(apply(pools, { $order: ["c", "a", "nobody"] }), [pools[2], pools[0]]);
});

test("$key says what rows are known by, also inside of an object", () => {
  const before = { agents: [{ id: "1", n: 1 }] };
  assert.deepEqual(apply(before, { agents: { $key: "id", $set: { 1: { n: 2 } } } }), { agents: [{ id: "1", n: 2 }] });
});

test("an empty delta changes nothing", () => {
  assert.deepEqual(apply({ a: 1 }, {}), { a: 1 });
});
