import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../src/answers";
import { conversation, openQueries, readResponse, resultOf, selectSessions, sessionText, type RecordEntry, type Session } from "../src/views/session_record";

const like = { id: "like", prompt: "Do you like tea?" };
const how = { id: "how", prompt: "How do you take it?", choices: ["black", "with milk"] };

const record: RecordEntry[] = [
  { at: 1, event: "run", payload: { session_id: "s-1@alpha", ctx: { topic: "tea" } } },
  { at: 2, event: "paused", payload: { queries: [like, how] } },
  { at: 3, event: "answered", payload: { session_id: "s-1@alpha", query_id: "like", response: "yes" } },
  { at: 4, event: "continued", payload: { session_id: "s-1@alpha", response: "black" } },
  { at: 5, event: "finished", payload: "tea, black" },
];

function session(id: string, more: Partial<Session> = {}): Session {
  return { session_id: id, state: "paused", pool: "interview", age_ms: 10, idle_ms: 5, queries: 1, ...more };
}

test("a record reads as a conversation", () => {
  const turns = conversation(record);
  assert.deepEqual(turns.map((turn) => [turn.side, turn.title]), [
    ["client", "begins"],
    ["worker", "asks"],
    ["client", "responds"],
    ["client", "responds"],
    ["worker", "has a result"],
  ]);
  assert.deepEqual(turns.map((turn) => turn.body), [{ ctx: { topic: "tea" } }, undefined, "yes", "black", "tea, black"]);
});

test("a response names what it is to, by its id or because one query is left", () => {
  const turns = conversation(record);
  assert.equal(turns[2]?.to, like.prompt);
  assert.equal(turns[3]?.to, how.prompt);
});

test("members of a query that the page does not know are kept", () => {
  assert.deepEqual(conversation(record)[1]?.queries[1]?.more, [["choices", ["black", "with milk"]]]);
});

test("the end of a session that nobody spoke of is told by the node, as a problem", () => {
  const lost = conversation([{ at: 1, event: "lost", payload: { code: "worker_died", message: "gone" } }])[0];
  assert.equal(lost?.side, "node");
  assert.equal(lost?.problem, true);
  assert.equal(lost?.body, "worker_died: gone");
});

test("an event that is new to the page is shown under its own name", () => {
  assert.equal(conversation([{ at: 1, event: "slept", payload: null }])[0]?.title, "slept");
});

test("the open queries are those of the last result, else those of the record that have no response", () => {
  assert.deepEqual(openQueries(session("a", { feed_result: { Paused: { queries: [how] } } })).map((q) => q.id), ["how"]);
  const accepted = session("a", { feed_result: { Accepted: { remaining: 1 } } });
  assert.deepEqual(openQueries(accepted, record.slice(0, 3)).map((q) => q.id), ["how"]);
  assert.deepEqual(openQueries(session("a", { state: "running" }), record.slice(0, 2)), []);
});

test("sessions that need somebody are first, then the latest", () => {
  const all = [
    session("done", { state: "finished", idle_ms: 1 }),
    session("old", { idle_ms: 900 }),
    session("new", { idle_ms: 3 }),
    session("gone", { state: "lost" }),
  ];
  const order = selectSessions(all, "").map((one) => one.session_id);
  assert.deepEqual(order, ["gone", "new", "old", "done"]);
  assert.deepEqual(selectSessions(all, "paused").map((one) => one.session_id), ["new", "old"]);
});

test("a session that has finished shows its result", () => {
  const finished = (state: Json) => session("a", { state: "finished", feed_result: { Finished: { state, metrics: { queries: 3 } } } });
  assert.equal(resultOf(finished({ Completed: { result: "3 cups" } })), "3 cups");
  assert.equal(resultOf(finished({ Cancelled: true })), '{"Cancelled":true}');
  assert.equal(resultOf(session("a")), "");
});

test("a session is found by its names and its error", () => {
  assert.equal(sessionText(session("s-1", { error: { code: "worker_died", message: "gone" } })), "s-1 interview  gone");
});

test("a response is text, or the JSON that it says it is", () => {
  assert.deepEqual(readResponse("3", false), { value: "3" });
  assert.deepEqual(readResponse('{"cups":3}', true), { value: { cups: 3 } });
  assert.ok("mistake" in readResponse("{cups", true));
});
