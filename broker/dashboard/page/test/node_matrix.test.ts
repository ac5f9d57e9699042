import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, drainEffect, loadOf, matrixOf, orderNodes, type Node } from "../src/views/node_matrix";

const load = (running: number, size: number, waiting = 0) => ({ free: size - running, waiting, running, size });

function node(name: string, more: Partial<Node> = {}): Node {
  return { name, state: "up", self: false, version: "1.0.0", pools: {}, ...more };
}

const alpha = node("alpha", { self: true, pools: { echo: load(1, 2), text: load(0, 4) } });
const beta = node("beta", { pools: { echo: load(2, 2, 3) } });

test("the matrix has a row for each pool and a cell for each node, empty where a pool is not", () => {
  const rows = matrixOf([alpha, beta]);
  assert.deepEqual(rows.map((row) => row.pool), ["echo", "text"]);
  assert.deepEqual(rows[0] && [rows[0].running, rows[0].waiting, rows[0].size], [3, 3, 4]);
  assert.equal(rows[1]?.cells[1], null);
});

test("a pool may be named as what every object has", () => {
  const [row] = matrixOf([node("alpha", { pools: { constructor: load(1, 2) } }), beta]);
  assert.equal(row?.pool, "constructor");
  assert.equal(row?.cells[1], null);
});

test("a cell says whether there is room", () => {
  assert.deepEqual([load(0, 2), load(1, 2), load(2, 2), load(2, 2, 1), load(0, 0)].map((one) => cellOf(one)?.level), ["idle", "busy", "full", "over", "idle"]);
  assert.equal(cellOf(load(1, 2))?.utilisation, 0.5);
});

test("what a node that is down did last is no load", () => {
  assert.deepEqual(loadOf(beta), { running: 2, waiting: 3, pools: 1 });
  assert.equal(loadOf({ ...beta, state: "down" }), null);
});

test("this node is first, then those with a problem", () => {
  const all = [node("delta"), node("gamma", { state: "down" }), alpha, node("beta", { state: "suspect" })];
  assert.deepEqual(orderNodes(all).map((one) => one.name), ["alpha", "gamma", "beta", "delta"]);
});

test("a drain says what becomes of calls, sessions and this page", () => {
  const away = drainEffect(beta, [alpha, beta]).join(" ");
  assert.match(away, /beta takes no more calls, finishes those that it runs \(2 now\)/);
  assert.match(away, /wait there \(3 now\)/);
  assert.doesNotMatch(away, /No other node runs|This page/);
  const here = drainEffect(alpha, [alpha, beta]).join(" ");
  assert.match(here, /No other node runs text/);
  assert.match(here, /This page is served by this node/);
});
