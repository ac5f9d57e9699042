// A client by the library in examples/lib/node, which tries itself against a pool `p` of the
// library's worker.
//
// usage: lib_client.mjs calls | reconnect      the node is found by TROUPE_STATE_DIR
import assert from "node:assert/strict";
import { CallFailed, Client } from "../../../examples/lib/node/troupe.js";

/** Resolves with the error that a call ends in. */
const failure = (of) =>
  of.then((result) => assert.fail(`no error, but ${JSON.stringify(result)}`), (error) => {
    assert(error instanceof CallFailed, error);
    return error;
  });

async function calls(node) {
  assert.deepEqual(await node.call("p", "join", { first: "a" }), ["a", "b", 3]);
  let failed = await failure(node.call("p", "join", { frist: "a" }));
  assert.deepEqual([failed.code, failed.workerCode, failed.retryable],
                   ["worker_error", "bad_payload", false]);
  assert.equal(failed.message, "missing: first; unknown: frist");
  assert.equal((await failure(node.call("nobody", "x"))).code, "pool_not_found");
  failed = await failure(node.call("p", "slow", { ms: 5000 }, { timeoutMs: 100 }));
  assert.deepEqual([failed.code, failed.retryable], ["timeout", true]);

  const many = [...Array(10_000).keys()].map(String);
  const results = await Promise.all(many.map((first) => node.call("p", "join", { first })));
  assert.deepEqual(results.map(([first]) => first), many);

  const stream = node.stream("p", "parts", { texts: ["one", "two"] });
  const parts = [];
  for await (const part of stream) parts.push(part);
  assert.deepEqual(parts, ["one", "two"]);
  assert.deepEqual(await stream.result, { parts: 2 });
  for await (const part of node.stream("p", "count", { to: 1_000_000 }))
    if (part.progress > 0.0001) break; // which takes the call back

  const signal = AbortSignal.timeout(100);
  assert.equal((await failure(node.call("p", "child", { ms: 60_000 }, { signal }))).code,
               "cancelled");
  assert.deepEqual(await node.call("p", "join", { first: "a" }), ["a", "b", 3]);
}

async function reconnect(node) {
  const lost = failure(node.call("p", "child", { ms: 60_000 }));
  const repeated = node.call("p", "child", { ms: 1500 }, { idempotent: true });
  while ((await node.call("$node", "pool", { name: "p" })).in_flight < 2);
  console.log("open"); // now the node is killed, and another begins
  const failed = await lost;
  assert.deepEqual([failed.code, failed.retryable], ["node_down", true]);
  assert.equal(await repeated, null);
  assert.deepEqual(await node.call("p", "join", { first: "a" }), ["a", "b", 3]);
  const first = "x".repeat(20_000_000);
  const refused = await failure(node.call("p", "join", { first }, { idempotent: true }));
  assert.equal(refused.code, "payload_too_large");
  assert.deepEqual(await node.call("p", "join", { first: "a" }), ["a", "b", 3]);
}

await { calls, reconnect }[process.argv[2]](new Client({ reconnectMs: 60_000 }));
console.log("done"); // that a client is left open keeps no program from its end
