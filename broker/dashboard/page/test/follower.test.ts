// What a terminal prints reaches its screen once, whole and in order, whatever arrives when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Follower, type Snapshot } from "../src/terminal/follower";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const snapshotOf = (screen: string, offset: number): Snapshot => ({ rows: 24, cols: 80, screen: base64(screen), offset });
const printed = (chunk: string, offset: number) => ({ kind: "worker_stream", chunk, offset });

/** A display whose snapshots the test gives, one at a time. */
class Shown {
  text = "";
  reason: string | null = null;
  asked: { give: (got: Snapshot) => void; fail: (why: Error) => void }[] = [];
  readonly follower = new Follower({
    snapshot: () => new Promise((give, fail) => this.asked.push({ give, fail })),
    show: (_rows, _cols, bytes) => (this.text = Buffer.from(bytes).toString()),
    draw: (bytes) => (this.text += Buffer.from(bytes).toString()),
    problem: (reason) => (this.reason = reason),
  });

  async give(got: Snapshot): Promise<void> {
    this.asked.shift()?.give(got);
    await new Promise(setImmediate);
  }
}

test("chunks up to the offset of the snapshot are dropped, the others are drawn", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  shown.follower.take(printed("ab", 2));
  shown.follower.take(printed("cdef", 6));
  await shown.give(snapshotOf("abcd", 4));
  assert.equal(shown.text, "abcdef");
  shown.follower.take(printed("g", 7));
  shown.follower.take(printed("g", 7));
  assert.equal(shown.text, "abcdefg");
});

test("a chunk is counted in bytes, and may hold half a character", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  await shown.give(snapshotOf("", 0));
  shown.follower.take(printed("é", 2));
  shown.follower.take({ kind: "worker_stream", chunk: "\ufffd", chunk_base64: base64("!"), offset: 3 });
  assert.equal(shown.text, "é!");
});

test("after a gap, or if bytes are missing, there is another snapshot", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  await shown.give(snapshotOf("a", 1));
  shown.follower.take({ kind: "gap" });
  assert.equal(shown.asked.length, 1);
  await shown.give(snapshotOf("abc", 3));
  shown.follower.take(printed("z", 9));
  assert.equal(shown.asked.length, 1);
  await shown.give(snapshotOf("abcdefghz", 9));
  assert.equal(shown.text, "abcdefghz");
});

test("a resize while a snapshot is on its way leads to one more, not to two at a time", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  shown.follower.take({ kind: "agent_resized" });
  shown.follower.take({ kind: "agent_resized" });
  assert.equal(shown.asked.length, 1);
  await shown.give(snapshotOf("old", 3));
  assert.equal(shown.text, "old");
  assert.equal(shown.asked.length, 1);
  await shown.give(snapshotOf("new", 3));
  assert.equal(shown.text, "new");
  assert.equal(shown.asked.length, 0);
});

test("more output than is kept while a snapshot is on its way leads to another", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  const much = "x".repeat(700_000);
  shown.follower.take(printed(much, 700_000));
  shown.follower.take(printed(much, 1_400_000));
  await shown.give(snapshotOf("early", 5));
  assert.equal(shown.asked.length, 1);
  await shown.give(snapshotOf("late", 1_400_000));
  assert.equal(shown.text, "late");
});

test("a screen that cannot be had has a reason, until the next program is ready", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  shown.asked.shift()?.fail(new Error("it ended"));
  await new Promise(setImmediate);
  assert.equal(shown.reason, "it ended");
  shown.follower.take(printed("lost", 4));
  assert.equal(shown.text, "");
  shown.follower.take({ kind: "worker_ready" });
  await shown.give(snapshotOf("again", 5));
  assert.equal(shown.reason, null);
  assert.equal(shown.text, "again");
});

test("nothing is drawn after the end", async () => {
  const shown = new Shown();
  shown.follower.refresh();
  shown.follower.end();
  await shown.give(snapshotOf("late", 4));
  shown.follower.take(printed("x", 5));
  assert.equal(shown.text, "");
});
