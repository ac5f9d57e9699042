#!/usr/bin/env node
// The text service as a worker with the library beside it. What is printed goes to the log.
import { setTimeout as delay } from "node:timers/promises";
import { App, WorkerError } from "./troupe.js";

const app = new App({ name: "text.mjs", version: "1.0" });
const text = String;

app.kind("upper", { text }, ({ text }) => ({ text: text.toUpperCase() }));

// By code points: reversing UTF-16 units would tear characters apart.
app.kind("reverse", { text }, ({ text }) => ({ text: [...text].reverse().join("") }));

app.kind("sleep", { ms: Number }, async ({ ms }, { signal }) => {
  await delay(ms, undefined, { signal });
  return { slept_ms: ms };
});

app.kind("fail", { message: "failed because it was asked to" }, ({ message }) => {
  throw new WorkerError("asked", message);
});

app.kind("who", {}, () => ({ language: "node", pid: process.pid }));

app.run();
