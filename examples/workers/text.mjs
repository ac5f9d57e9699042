#!/usr/bin/env node
// The text service as a worker: one JSON object per line on stdin and on stdout.
// Calls run side by side, so with `window` above 1 a short call overtakes a long one.
import { setTimeout as delay } from "node:timers/promises";

/** Becomes the `error` of the answer. */
class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const kinds = {
  upper: ({ text }) => ({ text: text.toUpperCase() }),
  // By code points: reversing UTF-16 units would tear characters apart.
  reverse: ({ text }) => ({ text: [...text].reverse().join("") }),
  sleep: async ({ ms }) => (await delay(ms), { slept_ms: ms }),
  fail: (payload) => {
    throw new Refused("asked", payload?.message ?? "failed because it was asked to");
  },
  who: () => ({ language: "node", pid: process.pid }),
};

const send = (message) => process.stdout.write(JSON.stringify(message) + "\n");

async function answer({ kind, request_id, payload }) {
  try {
    if (!Object.hasOwn(kinds, kind))
      throw new Refused("unknown_kind", `there is no kind '${kind}' here`);
    send({ kind, request_id, payload: await kinds[kind](payload) });
  } catch (e) {
    const code = e instanceof Refused ? e.code : "bad_payload";
    send({ kind, request_id, error: { code, message: e.message } });
  }
}

// Cut by hand, since node:readline also splits at U+2028, which JSON allows in a string.
async function* lines(stream) {
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8")) {
    const parts = chunk.split("\n");
    parts[0] = rest + parts[0];
    rest = parts.pop();
    yield* parts;
  }
}

for await (const line of lines(process.stdin)) {
  const call = JSON.parse(line);
  if (call.kind === "hello")
    send({ kind: "ready", payload: { protocol: 1, name: "text.mjs", version: "1.0" } });
  else if (call.kind === "shutdown") break;
  else if (call.request_id != null) answer(call);
}
