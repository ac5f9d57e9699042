// The order of the wall, what is typed in parts, and how many screens are live.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inParts, ordered, poolOf, stateOf, words, type Agent } from "../src/terminal/agents";
import { LiveSlots } from "../src/terminal/live_slots";

const agent = (name: string, more: Partial<Agent> = {}): Agent => ({
  name, worker: `${name}.0`, cli: "bash", args: [], cwd: "/", pid: 1, rows: 24, cols: 80, last_activity_ms: 0,
  pending_messages: 0, delivery_mode: "auto_inject", current_state: "working", uptime_secs: 1, ...more,
});

test("terminals that wait for a person come first, then by name", () => {
  const all = [agent("b10"), agent("b9"), agent("c", { current_state: "idle" }), agent("d", { pending_messages: 2 })];
  assert.deepEqual(ordered(all, "").map((a) => a.name), ["d", "c", "b9", "b10"]);
  assert.deepEqual(ordered(all, "B1").map((a) => a.name), ["b10"]);
});

test("a program that has said nothing for long is silent, and idle if its pool says so", () => {
  assert.equal(stateOf(agent("x", { last_activity_ms: 29_999 })).word, "working");
  assert.equal(stateOf(agent("x", { last_activity_ms: 30_000 })).word, "silent 30 s");
  assert.equal(stateOf(agent("x", { last_activity_ms: 3_000, current_state: "idle" })).word, "idle 3.0 s");
  assert.equal(stateOf(agent("x", { last_activity_ms: 60_000, pending_messages: 1 })).word, "1 message waiting");
});

test("the pool of a worker is its name without the number", () => {
  assert.equal(poolOf(agent("x", { worker: "a.b.12" })), "a.b");
});

test("what is typed goes in parts, and no character is cut in two", () => {
  const text = "ab😀cd";
  for (let most = 2; most < 8; ++most) {
    const parts = inParts(text, most);
    assert.equal(parts.join(""), text);
    for (const part of parts) {
      assert.ok(part.length <= most);
      assert.ok(part.isWellFormed?.() ?? true);
    }
  }
  assert.deepEqual(inParts(""), []);
});

test("a line of arguments is split as a person means it", () => {
  assert.deepEqual(words(`bash -c "echo 'a b'" 'x y' z`), ["bash", "-c", "echo 'a b'", "x y", "z"]);
  assert.deepEqual(words(`say ""`), ["say", ""]);
  assert.deepEqual(words("  "), []);
});

test("so many screens are live at a time, and a free slot goes to the one that waits longest", () => {
  const slots = new LiveSlots(2);
  for (const name of ["a", "b", "c", "d"]) slots.ask(name);
  assert.deepEqual([...slots.live.value], ["a", "b"]);
  slots.leave("c"); // it went out of view before it had one
  slots.leave("a");
  assert.deepEqual([...slots.live.value], ["b", "d"]);
  slots.ask("b");
  assert.deepEqual([...slots.live.value], ["b", "d"]);
});
