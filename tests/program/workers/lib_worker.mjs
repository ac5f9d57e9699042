// A worker by the library in examples/lib/node: what the suite of all worker protocols asks
// for, and what only a library can do. The variable WINDOW is the window of the worker.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { App, CallFailed, WorkerError, any } from "../../../examples/lib/node/troupe.js";

const app = new App({ name: "lib_worker.mjs", version: "1.0",
                      window: Number(process.env.WINDOW) || undefined });
console.log("printed before the handshake");

const lineOf = (call, payload) =>
  JSON.stringify({ kind: call.kind, request_id: call._requestId, payload }) + "\n";

/** Writes past the library. */
const raw = (text) => new Promise((resolve) => app._sink().write(text, resolve));

// The suite of all protocols, whatever the kind.
app.default(async (payload, call) => {
  const line = lineOf(call, payload);
  switch (payload.do) {
    case "error":
      throw new WorkerError("asked", payload.message);
    case "die":
      return process.exit(3);
    case "sleep":
      await delay(payload.ms);
      break;
    case "garbage":
      await raw("this is no frame at all\n");
      break;
    case "half":
      await raw(line.slice(0, line.length / 2));
      return process.exit(0);
    case "frame":
      return "m".repeat(payload.size - lineOf(call, "").length + 1);
    case "twice":
      await raw(line);
      break;
    case "split":
      for (const byte of Buffer.from(line)) await raw(Buffer.from([byte]));
      break;
    case "noise":
      process.stderr.write("x".repeat(payload.bytes) + "\n");
      console.log("y".repeat(payload.bytes));
  }
  return payload;
});

// -- what only a library can do ---------------------------------------------------------

// Writes to standard output in every way.
app.kind("stray", { text: String }, ({ text }) => {
  console.log(text);
  process.stdout.write(text);
  fs.writeSync(1, text + "\n");
  spawnSync("sh", ["-c", 'echo "$0"; cat', text], { stdio: "inherit" });
  return { text };
});

app.kind("join", { first: String, second: "b", third: 3 }, ({ first, second, third }) => [
  first, second, third]);

// Sleeps, deaf to everything but what the library does.
app.kind("slow", { ms: Number }, async ({ ms }, call) => {
  await delay(ms);
  return { cancelled: call.cancelled };
});

app.kind("child", { ms: Number }, async ({ ms }, call) => {
  await delay(ms, undefined, { signal: call.signal });
});

// Awaits neither its progress nor the second of its calls.
app.kind("careless", { to: "other" }, async ({ to }, call) => {
  const timer = setInterval(() => call.progress(0), 5);
  const first = call.call(to, "child", { ms: 60_000 });
  const second = call.call(to, "child", { ms: 60_000 });
  await first.finally(() => setTimeout(() => clearInterval(timer), 50));
  await second;
});

app.kind("busy", { ms: Number }, ({ ms }) => {
  execFileSync("sleep", [String(ms / 1000)]);
});

app.kind("count", { to: Number }, async ({ to }, call) => {
  for (let n = 0; n < to; ++n) await call.progress(n / to, `step ${n}`);
  return { counted: to };
});

app.kind("parts", { texts: Array }, function* ({ texts }) {
  yield* texts;
  return { parts: texts.length };
});

app.kind("trace", {}, (_, call) => ({ traceparent: call.traceparent, tracestate: call.tracestate }));
app.kind("left", {}, (_, call) => ({ ms: Math.floor(call.timeLeftMs()) }));

const via = { to: String, kind: String, payload: null, timeout: null };
app.kind("via", via, async ({ to, kind, payload, timeout }, call) => {
  try {
    const timeoutMs = timeout === null ? undefined : timeout * 1000;
    return { inner: await call.call(to, kind, payload, { timeoutMs }) };
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return { code: error.code, retryable: error.retryable };
  }
});

app.kind("pass_on", { to: any, kind: any }, ({ to, kind }, call) => call.call(to, kind));

app.kind("interview", { ctx: null }, async (_, call) => {
  const [first, second] = await call.ask("Who?", { id: "why", prompt: "Why?" });
  const [third] = await call.ask("When?");
  return `${first} ${second} ${third}`;
});

app.kind("tell", {}, () => {
  app.log("told", "warn");
  app.event({ told: 1 });
});

app.kind("wrong", {}, () => 1n);
app.kind("boom", {}, () => {
  throw new RangeError("no such luck");
});
app.kind("pid", {}, () => process.pid);

app.http((request) => {
  if (request.path === "/bytes")
    return { status: 201, headers: { "x-a": ["1", "2"] }, body: Buffer.from([...Array(256).keys()]) };
  if (request.path === "/parts") {
    const parts = function* () {
      yield "one";
      yield Buffer.from("two\xff", "latin1");
    };
    return { headers: {}, body: parts() };
  }
  return { method: request.method, args: request.args, body: request.body.toString("hex"),
           agent: request.header("User-Agent"), path: encodeURI(request.path) };
});

await app.run();
