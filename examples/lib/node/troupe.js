// Workers and clients of Troupe, in one file with Node's own modules only.
//
// A worker is functions, each for a kind of calls:
//
//   const { App } = require("./troupe.js");      // or: import { App } from "./troupe.js";
//   const app = new App();
//   app.kind("upper", { text: String }, ({ text }) => ({ text: text.toUpperCase() }));
//   app.run();
//
// A client finds the node as the command `troupe` does:
//
//   const node = new Client();
//   await node.call("text", "upper", { text: "abc" }, { timeoutMs: 5000 });
//
// README.md beside this file shows the rest. Node 18 or later.
"use strict";

const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { AsyncLocalStorage } = require("node:async_hooks");
const { setTimeout: delay } = require("node:timers/promises");

const PROTOCOL = 1;

/** Milliseconds after which a `cancel` is answered for a function that still runs: the node
 * gives a worker one second before it replaces it. */
const CANCEL_GRACE = 500;

/** Milliseconds for which a worker on a socket waits for the next node (`survive = true`). */
const PATIENCE = 600_000;

// -- errors -----------------------------------------------------------------------------

/** Thrown by a worker's function: the caller gets `worker_error` with this `code` as its
 * `worker_code`, the message, and the further members. */
class WorkerError extends Error {
  constructor(code, message = "", more = {}) {
    super(message);
    this.name = "WorkerError";
    this.code = code;
    this.more = more;
  }
}

/** A call to a pool ended in an error: `code`, `message`, `retryable`, `workerCode`, and in
 * `details` every member. */
class CallFailed extends Error {
  constructor(details) {
    super(details.message ?? "");
    this.name = "CallFailed";
    this.details = details;
    this.code = details.code ?? "internal";
    this.retryable = Boolean(details.retryable);
    this.workerCode = details.worker_code;
  }

  toString() {
    return `${this.code}: ${this.message}`;
  }
}

const failed = (code, message, retryable = false) => new CallFailed({ code, message, retryable });

/** Why a function ends whose caller has left: the reason of `call.signal`. */
class Cancelled extends Error {
  constructor(message = "the caller has left") {
    super(message);
    this.name = "Cancelled";
  }
}

/** Thrown where a function asks, if its session ends without a response. */
class SessionEnded extends Cancelled {
  constructor() {
    super("the session has ended");
    this.name = "SessionEnded";
  }
}

// -- lines of JSON ----------------------------------------------------------------------

const NEWLINE = 10;

/** Cuts what is read into lines. By hand, since node:readline also splits at U+2028, which
 * JSON allows in a string. */
class Lines {
  #rest = [];

  /** Calls `take` with each line that is whole. */
  feed(bytes, take) {
    let start = 0;
    for (let end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      this.#rest.push(bytes.subarray(start, end));
      const line = this.#rest.length > 1 ? Buffer.concat(this.#rest) : this.#rest[0];
      this.#rest = [];
      take(line.toString("utf8"));
    }
    if (start < bytes.length) this.#rest.push(bytes.subarray(start));
  }
}

/** JSON.stringify leaves out a member that is undefined, and JSON has no NaN. */
const encode = (message) => JSON.stringify(message) + "\n";

// -- the call that a function runs ------------------------------------------------------

/** Returns a promise that a function need not await: without this, Node would end the worker, and
 * all its other calls, when the caller of one leaves. */
function handled(promise) {
  promise.catch(() => {});
  return promise;
}

const currentCall = new AsyncLocalStorage();

/** Returns the call that this code runs for, or undefined. */
const current = () => currentCall.getStore();

class Call {
  #worker;
  #controller = new AbortController();
  #waits = new Set();
  #responses = null;

  constructor(worker, message) {
    this.#worker = worker;
    this._step(message);
    const session = this.payload?.session_id;
    this.sessionId = typeof session === "string" ? session : undefined;
  }

  _step(message) {
    this.kind = message.kind;
    this.payload = message.payload ?? null;
    this.traceparent = message.traceparent;
    this.tracestate = message.tracestate;
    this.wantsParts = message.stream === true;
    /** When the call's time is over, in the milliseconds of performance.now(). */
    this.deadline =
      message.deadline_ms === undefined ? undefined : performance.now() + message.deadline_ms;
    this._requestId = message.request_id;
  }

  /** An AbortSignal: aborted when the caller leaves. */
  get signal() {
    return this.#controller.signal;
  }

  get cancelled() {
    return this.signal.aborted;
  }

  /** Returns the milliseconds until the deadline, or undefined if there is none. */
  timeLeftMs() {
    return this.deadline === undefined ? undefined : Math.max(0, this.deadline - performance.now());
  }

  /** Throws Cancelled if the caller has left. */
  check() {
    this.signal.throwIfAborted();
  }

  /** Sends a part of the answer, if the caller takes parts. Resolves when there is room for
   * the next. Throws as `check`. */
  part(payload) {
    return handled(this.#part(payload));
  }

  async #part(payload) {
    this.check();
    if (this.wantsParts)
      await this.#worker.send({ kind: "chunk", request_id: this._requestId, payload });
    this.check();
  }

  /** Sends how far the call is, from 0 to 1, as a part. */
  progress(done, text) {
    return this.part({ progress: done, text });
  }

  /** Calls a pool of the node. Options: timeoutMs, idempotent, priority, key. Rejects with
   * CallFailed. The call has no more time than this one, ends with it, and is part of its
   * trace. */
  call(to, kind, payload = null, options = {}) {
    return handled(this.#call(to, kind, payload, options));
  }

  async #call(to, kind, payload, options) {
    const members = { ...callMembers(to, kind, payload, options), parent: this._requestId };
    const name = this.#worker.nextName();
    return this.#wait((settled) => {
      this.#worker.own.set(name, settled);
      this.#worker.send({ kind: "call", request_id: name, payload: members });
    }).finally(() => {
      if (this.#worker.own.delete(name))
        this.#worker.send({ kind: "cancel", request_id: name });
    });
  }

  /** Asks the client of the session. A query is a text, or an object with `id` and `prompt`.
   * Resolves with the responses in the order of the queries; rejects with SessionEnded. */
  ask(...queries) {
    return handled(this.#ask(queries));
  }

  async #ask(queries) {
    if (this.sessionId === undefined)
      throw new WorkerError("no_session", "this call asks, so it must be part of a session");
    const asked = queries.map((q, i) => (typeof q === "string" ? { id: `q${i + 1}`, prompt: q } : q));
    return this.#wait((settled) => {
      this.#responses = settled;
      this.#worker.pause(this, asked);
    });
  }

  #wait(begin) {
    return new Promise((resolve, reject) => {
      this.check();
      const settled = { resolve, reject };
      this.#waits.add(settled);
      begin(settled);
      const done = () => this.#waits.delete(settled);
      settled.resolve = (value) => (done(), resolve(value));
      settled.reject = (error) => (done(), reject(error));
    });
  }

  /** Takes the responses. Returns whether the session waits for any. */
  _resume(message) {
    const waits = this.#responses;
    if (!waits) return false;
    this.#responses = null;
    const { payload } = this;
    this._step(message);
    const responses = this.payload?.responses ?? [];
    this.payload = payload;
    waits.resolve(responses.map((r) => r.response));
    return true;
  }

  /** Aborts the signal, and makes what waits in this call throw. */
  _end(why) {
    this.#responses = null;
    this.#controller.abort(why);
    for (const settled of [...this.#waits]) settled.reject(why);
  }
}

const OPTIONS = { timeoutMs: "timeout_ms", idempotent: "idempotent", priority: "priority",
                  key: "key", traceparent: "traceparent", tracestate: "tracestate" };

function callMembers(to, kind, payload, options) {
  const members = { to, kind, payload };
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw new TypeError(`a call has no option '${name}'`);
    if (value !== undefined) members[OPTIONS[name]] = value;
  }
  if (members.timeout_ms !== undefined) members.timeout_ms = Math.max(1, Math.ceil(members.timeout_ms));
  return members;
}

// -- members of a payload ---------------------------------------------------------------

/** In the members of a kind: required, of any type. */
const any = Symbol("any");

const TYPES = new Map([
  [String, ["a string", (v) => typeof v === "string"]],
  [Number, ["a number", (v) => typeof v === "number"]],
  [Boolean, ["true or false", (v) => typeof v === "boolean"]],
  [Array, ["an array", Array.isArray]],
  [Object, ["an object", (v) => typeof v === "object" && v !== null && !Array.isArray(v)]],
]);

/** Returns the payload with the defaults of `members`: each is `any` or a constructor, if the
 * member is required, else its default. Throws WorkerError if the payload does not fit. */
function membersOf(payload, members) {
  const names = Object.keys(members);
  const given = payload ?? {};
  if (!TYPES.get(Object)[1](given))
    throw new WorkerError("bad_payload",
      `the payload must be an object with ${names.join(", ") || "no members"}`);
  const wrong = [];
  const required = (name) => members[name] === any || TYPES.has(members[name]);
  const missing = names.filter((name) => required(name) && !Object.hasOwn(given, name));
  if (missing.length) wrong.push(`missing: ${missing.join(", ")}`);
  const unknown = Object.keys(given).filter(
    (name) => name !== "session_id" && !Object.hasOwn(members, name));
  if (unknown.length) wrong.push(`unknown: ${unknown.join(", ")}`);
  const result = {};
  for (const name of names) {
    const wanted = members[name];
    const type = TYPES.get(wanted) ?? TYPES.get(wanted === null ? undefined : wanted?.constructor);
    if (!Object.hasOwn(given, name)) result[name] = wanted;
    else if (wanted !== any && type && !type[1](given[name])) wrong.push(`${name} must be ${type[0]}`);
    else result[name] = given[name];
  }
  if (wrong.length) throw new WorkerError("bad_payload", wrong.join("; "));
  return result;
}

// -- workers ----------------------------------------------------------------------------

/** What a worker can do. `window`: how many calls may run at a time; without it, as many as
 * the pool's. */
class App {
  #kinds = new Map();
  #default;
  #routes = new Map();
  #worker;

  constructor({ name, version, window } = {}) {
    Object.assign(this, { name, version, window });
    // What other modules print while they load is no answer.
    if (process.env.TROUPE_WORKER_MARK && !process.env.TROUPE_SOCKET) takeStdio();
  }

  /** Answers calls of a kind. With `members` the payload is checked, and has the defaults;
   * without, the function is given it as it is. A generator's values are parts. */
  kind(kind, members, fn) {
    if (this.#kinds.has(kind)) throw new Error(`there are two functions for the kind '${kind}'`);
    this.#kinds.set(kind, fn
      ? (call) => fn(membersOf(call.payload, members), call)
      : (call) => members(call.payload ?? {}, call));
    return this;
  }

  /** Answers calls of any other kind: `fn(payload, call)`. */
  default(fn) {
    this.#default = (call) => fn(call.payload, call);
    return this;
  }

  /** Answers web requests: all, or those of one path. */
  http(route, fn) {
    if (!this.#routes.size) this.kind("http", (payload, call) => this.#answerHttp(payload, call));
    this.#routes.set(fn ? route : "", fn ?? route);
    return this;
  }

  /** Answers calls until the node says that the worker shall end; then ends the process. */
  async run() {
    const address = process.env.TROUPE_SOCKET;
    this.#worker = new Worker(this);
    if (address) await this.#worker.runDialled(address);
    else await this.#worker.run(...takeStdio());
    process.exit(0);
  }

  /** Writes a line to the node's log. What is printed is logged too, without a level. */
  log(message, level = "info") {
    this.#worker?.send({ kind: "log", payload: { level, message } });
  }

  /** Publishes an event. */
  event(payload) {
    this.#worker?.send({ kind: "event", payload });
  }

  /** Gives a sample of a metric that the configuration declares. */
  metric(name, value = 1, labels = {}) {
    this.#worker?.send({ kind: "metric", payload: { name, value, labels } });
  }

  _serve(source, sink) {
    this.#worker = new Worker(this);
    return this.#worker.run(source, sink);
  }

  _sink() {
    return this.#worker.sink;
  }

  _find(kind) {
    const found = this.#kinds.get(kind) ?? this.#default;
    if (!found)
      throw new WorkerError("unknown_kind", `there is no kind '${kind}' here; known: `
        + ([...this.#kinds.keys()].sort().join(", ") || "none"));
    return found;
  }

  async #answerHttp(payload, call) {
    const request = new Request(payload, call);
    const fn = this.#routes.get(request.path) ?? this.#routes.get("");
    return webAnswer(fn ? await fn(request) : { status: 404, body: "not found\n" }, call);
  }
}

/** Runs one worker on two descriptors, which may be the same, until the node ends it. */
const serve = (app, source, sink) => app._serve(source, sink);

let stdio;

/** Moves standard input and output out of reach of what prints, here or in a process that this
 * one starts: that goes to standard error. Returns the two descriptors they are now.
 *
 * Node cannot duplicate a descriptor. But it can open a pipe again by its name in /proc, and
 * what is opened gets the lowest number that is free, which is the one closed before. */
function takeStdio() {
  if (stdio) return stdio;
  try {
    const source = fs.openSync("/proc/self/fd/0", "r");
    const sink = fs.openSync("/proc/self/fd/1", "a"); // not w, which would empty a file
    reopen(0, "/dev/null", "r");
    reopen(1, "/proc/self/fd/2", "a");
    stdio = [source, sink];
  } catch (error) {
    // A pipe of another user, or a socket: then only this process is kept from it.
    process.stderr.write(`troupe: standard output cannot be moved (${error.message})\n`);
    const write = process.stderr.write.bind(process.stderr);
    process.stdout.write = write;
    stdio = [0, 1];
  }
  return stdio;
}

function reopen(fd, name, flags) {
  fs.closeSync(fd);
  const got = fs.openSync(name, flags);
  if (got !== fd) throw new Error(`descriptor ${fd} was taken by another`);
}

/** One worker: what the node says on a channel, and the calls that run. */
class Worker {
  sink = null;
  running = new Map(); // request_id: the Call
  sessions = new Map(); // session_id: the Call that asks
  own = new Map(); // the name of a call that the worker makes: who waits for it
  #names = 0;
  #stopped = false;
  #idle = null;
  #room = null; // resolves when the sink takes more: one promise for all that wait

  constructor(app) {
    this.app = app;
  }

  nextName() {
    return `own-${++this.#names}`;
  }

  /** Runs on two descriptors. */
  async run(source, sink) {
    const both = source === sink;
    const input = opened(source, { readable: true, writable: both });
    const output = both ? input : opened(sink, { readable: false, writable: true });
    await this.#talk(input, output);
    await this.#end();
    await new Promise((resolve) => output.end(resolve));
  }

  /** Runs on a socket of the node, and connects again whenever the connection has ended. */
  async runDialled(address) {
    const colon = address.lastIndexOf(":");
    const where = address.includes("/") ? { path: address }
      : { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    let giveUp = performance.now() + PATIENCE;
    while (!this.#stopped && performance.now() < giveUp) {
      const channel = await dial(where);
      if (!channel) {
        await delay(100);
        continue;
      }
      channel.setNoDelay(true);
      await this.#talk(channel, channel);
      if (this.#stopped) await this.#end();
      await new Promise((resolve) => channel.end(resolve));
      channel.destroy();
      giveUp = performance.now() + PATIENCE;
    }
  }

  /** Resolves when there is room for more. */
  send(message) {
    const { sink } = this;
    if (!sink?.writable || sink.write(encode(message))) return Promise.resolve();
    this.#room ??= new Promise((resolve) => {
      const go = () => {
        sink.off("drain", go).off("close", go);
        this.#room = null;
        resolve();
      };
      sink.on("drain", go).on("close", go);
    });
    return this.#room;
  }

  pause(call, queries) {
    this.running.delete(call._requestId);
    this.sessions.set(call.sessionId, call);
    this.send({ kind: "paused", request_id: call._requestId, payload: { queries } });
  }

  /** Resolves when the channel has ended, or the node has said that the worker shall end. */
  #talk(input, output) {
    this.sink = output;
    const lines = new Lines();
    return new Promise((resolve) => {
      input.on("data", (bytes) => lines.feed(bytes, (line) => {
        if (this.#stopped || !line.trim()) return;
        this.#take(JSON.parse(line));
        if (this.#stopped) resolve();
      }));
      input.on("end", resolve).on("close", resolve);
      for (const s of new Set([input, output])) s.on("error", resolve);
    }).finally(() => this.#disconnect(input, output));
  }

  #disconnect(input, output) {
    if (this.#stopped) return; // what runs may end, and is answered
    if (output.writableEnded || output.destroyed) this.sink = null;
    for (const settled of this.own.values())
      settled.reject(failed("node_down", "the node is gone", true));
    this.own.clear();
    if (output !== input) return; // the input alone has ended, and answers are still read
    for (const call of this.running.values()) call._end(new Cancelled("the node is gone"));
    this.running.clear();
  }

  /** No more calls come: those that are here may end, sessions that ask cannot. */
  async #end() {
    for (const call of this.sessions.values()) call._end(new SessionEnded());
    this.sessions.clear();
    if (this.running.size) await new Promise((resolve) => (this.#idle = resolve));
  }

  #take(message) {
    const { kind, request_id: name } = message;
    if (kind === "hello") this.send(this.#ready());
    else if (kind === "shutdown") this.#stopped = true;
    else if (kind === "ping") this.send({ kind: "pong", request_id: name });
    else if (kind === "cancel") this.#cancel(name);
    else if (kind === "end_session") this.#endSession(message);
    else if (typeof name === "string" && name.startsWith("own-")) this.#answered(name, message);
    else if (name !== null && name !== undefined) this.#begin(message);
  }

  #ready() {
    const { name, version, window } = this.app;
    return { kind: "ready", payload: { protocol: PROTOCOL, name, version, window,
                                       capabilities: ["cancel", "ping", "end_session"] } };
  }

  #answered(name, message) {
    const settled = this.own.get(name);
    this.own.delete(name);
    if (message.error) settled?.reject(new CallFailed(message.error));
    else settled?.resolve(message.payload ?? null);
  }

  #begin(message) {
    if (message.kind === "continue") {
      const session = message.payload?.session_id;
      const asking = this.sessions.get(session);
      if (asking) {
        this.sessions.delete(session);
        this.running.set(message.request_id, asking);
        if (asking._resume(message)) return;
      }
    }
    const call = new Call(this, message);
    this.running.set(call._requestId, call);
    currentCall.run(call, () => this.#answer(call));
  }

  async #answer(call) {
    let answer;
    try {
      const made = this.app._find(call.kind)(call);
      answer = { payload: (await (isIterator(made) ? this.#parts(made, call) : made)) ?? null };
    } catch (error) {
      answer = failure(error);
    }
    this.#settle(call, answer);
  }

  /** Sends the values of a generator as parts, and returns its result. */
  async #parts(made, call) {
    try {
      for (;;) {
        const { value, done } = await made.next();
        if (done) return value;
        await call.part(value);
      }
    } finally {
      await made.return?.();
    }
  }

  /** Answers a call, unless that has been done. */
  #settle(call, answer) {
    // Ids are those of one connection: another call may have this one by now.
    if (this.running.get(call._requestId) !== call) return;
    this.running.delete(call._requestId);
    const head = { kind: call.kind === "chunk" ? "result" : call.kind, request_id: call._requestId };
    try {
      this.send({ ...head, ...answer });
    } catch (error) {
      const message = `the result is not JSON: ${error.message}`;
      this.send({ ...head, error: { code: "bad_result", message } });
    }
    if (!this.running.size) this.#idle?.();
  }

  #cancel(name) {
    const call = this.running.get(name);
    if (!call) return;
    call._end(new Cancelled());
    // A function that does not end when it is cancelled goes on, and its result is dropped.
    setTimeout(() => this.#settle(call, failure(call.signal.reason)), CANCEL_GRACE).unref();
  }

  #endSession(message) {
    const session = message.payload?.session_id;
    const call = this.sessions.get(session);
    this.sessions.delete(session);
    call?._end(new SessionEnded());
    this.send({ kind: "end_session", request_id: message.request_id });
  }
}

/** Returns a stream of a descriptor: of a pipe or a socket, or else of a file, with which a
 * worker can be tried. */
function opened(fd, ways) {
  try {
    return new net.Socket({ fd, ...ways });
  } catch (error) {
    if (error.code !== "ERR_INVALID_FD_TYPE") throw error;
    return ways.writable ? fs.createWriteStream(null, { fd }) : fs.createReadStream(null, { fd });
  }
}

function dial(where) {
  return new Promise((resolve) => {
    const channel = net.connect(where);
    channel.once("connect", () => resolve(channel)).once("error", () => resolve(null));
  });
}

const isIterator = (made) =>
  typeof made?.next === "function"
  && (Symbol.asyncIterator in Object(made) || Symbol.iterator in Object(made));

/** Returns the members of an answer for what a function threw. */
function failure(error) {
  if (error instanceof WorkerError)
    return { error: { ...error.more, code: error.code, message: error.message } };
  if (error instanceof CallFailed)
    return { error: { ...error.details, code: error.code, message: error.message } };
  if (error instanceof Cancelled || error?.name === "AbortError")
    return { error: { code: "cancelled", message: "the caller has left" } };
  process.stderr.write(`${error?.stack ?? error}\n`);
  return { error: { code: error?.name ?? "Error", message: error?.message ?? String(error) } };
}

// -- web requests -----------------------------------------------------------------------

/** The path and the query of a URI. Not by URL, which throws for some hosts, of which a client may
 * name any or none, and which changes some paths. */
const URI = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i;

/** A web request: method, uri, path, query, args, headers (lists of texts by name in small
 * letters), cookies, remoteAddr, body (a Buffer), parsed and uploads if it is a form. */
class Request {
  constructor(payload, call) {
    this.call = call;
    this.method = payload.method ?? "GET";
    this.uri = payload.uri ?? "/";
    const [, path, query] = URI.exec(this.uri);
    this.path = decoded(path) || "/";
    this.query = payload.query;
    this.args = Object.fromEntries(new URLSearchParams(query ?? ""));
    this.cookies = payload.cookies ?? {};
    this.remoteAddr = payload.remote_addr;
    this.headers = {};
    for (const [name, values] of Object.entries(payload.headers ?? {}))
      this.headers[name.toLowerCase()] = values;
    this.parsed = payload.parsed;
    this.uploads = payload.uploads;
    this.body = payload.body_base64 === undefined || payload.body_base64 === null
      ? Buffer.from(payload.body ?? "") : Buffer.from(payload.body_base64, "base64");
  }

  /** Returns the first value of a header. */
  header(name) {
    return this.headers[name.toLowerCase()]?.[0];
  }

  json() {
    return JSON.parse(this.body.toString());
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isBytes = (body) => body instanceof Uint8Array;

function webBody(body) {
  if (typeof body === "string") return { body };
  const bytes = Buffer.from(body);
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? { body: text } : { body_base64: bytes.toString("base64") };
}

/** Returns the payload that answers a web request: a text, bytes, anything else as JSON, or an
 * object with `body` and `status` or `headers`. */
async function webAnswer(answer, call) {
  const isAnswer = answer && typeof answer === "object" && "body" in answer
    && ("status" in answer || "headers" in answer);
  const { body = "", status = 200, headers = {} } = isAnswer ? answer : { body: answer };
  const lists = Object.entries(headers).map(([k, v]) => [k, Array.isArray(v) ? v : [String(v)]]);
  const head = (type) => {
    const named = lists.some(([name]) => name.toLowerCase() === "content-type");
    return { status, headers: Object.fromEntries(named ? lists : [...lists, ["content-type", [type]]]) };
  };
  if (typeof body === "string") return { ...head("text/html; charset=utf-8"), body };
  if (isBytes(body)) return { ...head("application/octet-stream"), ...webBody(body) };
  if (!isIterator(body) && !(body && Symbol.asyncIterator in Object(body)))
    return { ...head("application/json"), body: JSON.stringify(body) };
  await call.part(head("text/html; charset=utf-8"));
  for await (const part of body) await call.part(webBody(part));
  return { body: "" };
}

// -- clients ----------------------------------------------------------------------------

/** Returns the path of the node's socket: as said, in TROUPE_NODE, or as the node has written
 * it down in its state directory (TROUPE_STATE_DIR, `.troupe`, that of the service). Throws
 * CallFailed with `unavailable`. */
function findSocket(node, stateDir) {
  const named = node || process.env.TROUPE_NODE;
  if (named?.includes("://"))
    throw failed("unavailable", `'${named}' is a URL; name the node's socket`);
  if (named) return named;
  let folder = stateDir || process.env.TROUPE_STATE_DIR;
  if (!folder) {
    const announced = (where) => fs.existsSync(path.join(where, "connection.json"));
    const service = "/var/lib/troupe";
    folder = !announced(".troupe") && announced(service) ? service : ".troupe";
  }
  const file = path.join(folder, "connection.json");
  try {
    return path.resolve(folder, JSON.parse(fs.readFileSync(file, "utf8")).socket);
  } catch (error) {
    throw failed("unavailable", `no node found: cannot read '${file}' (${error.message}); start one `
      + "with `troupe serve`, or name one", true);
  }
}

/** A call that was sent. */
class Pending {
  constructor(members, stream) {
    this.members = members;
    this.stream = stream;
    this.ends = members.timeout_ms === undefined ? Infinity : performance.now() + members.timeout_ms;
    this.result = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }
}

/** The parts of a call: `for await (const part of stream)`, then `await stream.result`. */
class Stream {
  #parts = [];
  #wake = null;
  #ended = false;

  constructor(cancel) {
    this.cancel = cancel;
  }

  _begin(result) {
    this.result = result;
    const end = () => {
      this.#ended = true;
      this.#wake?.();
    };
    result.then(end, end);
  }

  _push(part) {
    this.#parts.push(part);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator]() {
    let whole = false;
    try {
      for (;;) {
        while (this.#parts.length) yield this.#parts.shift();
        if (this.#ended) break;
        await new Promise((resolve) => (this.#wake = resolve));
      }
      whole = true;
    } finally {
      if (!whole) this.cancel();
    }
    await this.result;
  }
}

/** A client of a node, on its socket. Many calls can be open at a time.
 *
 * `node`, `stateDir`: where the node is; without them, found as the command `troupe` does.
 * `reconnectMs`: for how long the node is looked for once the connection has ended. Calls that
 * were open then end with `node_down`; those that are idempotent are made again. */
class Client {
  #node;
  #stateDir;
  #reconnectMs;
  #socket = null;
  #opening = null;
  #connectedOnce = false;
  #closed = false;
  #names = 0;
  #pending = new Map();
  #lastWords = null; // an error that is about no call

  constructor({ node, stateDir, reconnectMs = 10_000 } = {}) {
    this.#node = node;
    this.#stateDir = stateDir;
    this.#reconnectMs = reconnectMs;
  }

  /** Resolves with the result, or rejects with CallFailed. Options: timeoutMs, idempotent,
   * priority, key, traceparent, tracestate, and signal, which cancels the call. */
  call(to, kind, payload = null, { signal, ...options } = {}) {
    const pending = new Pending(callMembers(to, kind, payload, options));
    this.#start(pending, signal);
    return pending.result;
  }

  /** Makes a call whose parts are wanted, and returns them as a Stream. */
  stream(to, kind, payload = null, { signal, ...options } = {}) {
    const pending = new Pending({ ...callMembers(to, kind, payload, options), stream: true });
    pending.stream = new Stream(() => this.#cancel(pending));
    pending.stream._begin(pending.result);
    pending.result.catch(() => {}); // whoever iterates is told
    this.#start(pending, signal);
    return pending.stream;
  }

  /** Ends the connection, and so cancels its calls. */
  close() {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #start(pending, signal) {
    if (signal?.aborted) return pending.reject(failed("cancelled", "the caller cancelled it"));
    const cancel = () => this.#cancel(pending);
    signal?.addEventListener("abort", cancel, { once: true });
    const done = () => signal?.removeEventListener("abort", cancel);
    pending.result.then(done, done);
    this.#submit(pending);
  }

  async #submit(pending) {
    try {
      const socket = await this.#open();
      if (pending.cancelled) throw failed("cancelled", "the caller cancelled it");
      pending.name = `c${++this.#names}`;
      const line = encode({ ...pending.members, request_id: pending.name });
      pending.size = line.length;
      this.#pending.set(pending.name, pending);
      socket.write(line);
      socket.ref();
    } catch (error) {
      pending.reject(error);
    }
  }

  #cancel(pending) {
    pending.cancelled = true;
    if (this.#pending.get(pending.name) === pending)
      this.#socket?.write(encode({ kind: "cancel", request_id: pending.name }));
  }

  /** Resolves with a connection that stands, or one that is new. */
  #open() {
    if (this.#closed) return Promise.reject(failed("cancelled", "the client is closed"));
    if (this.#socket) return this.#socket;
    this.#opening ??= this.#connect().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #connect() {
    const giveUp = performance.now() + (this.#connectedOnce ? this.#reconnectMs : 0);
    for (let pause = 20; ; pause = Math.min(2 * pause, 1000)) {
      try {
        const socket = await connected(findSocket(this.#node, this.#stateDir));
        this.#connectedOnce = true;
        this.#attach(socket);
        return socket;
      } catch (error) {
        if (performance.now() >= giveUp || this.#closed) throw error;
      }
      await delay(pause);
    }
  }

  #attach(socket) {
    const lines = new Lines();
    this.#socket = socket;
    socket.on("data", (bytes) => lines.feed(bytes, (line) => this.#take(JSON.parse(line))));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      this.#socket = null;
      const lost = [...this.#pending.values()];
      this.#pending.clear();
      if (this.#lastWords && lost.length) {
        // About a line that was too long to be read.
        lost.sort((a, b) => a.size - b.size).pop().reject(new CallFailed(this.#lastWords));
        this.#lastWords = null;
      }
      for (const pending of lost) this.#lost(pending);
    });
  }

  #lost(pending) {
    const left = pending.ends - performance.now();
    if (this.#closed) pending.reject(failed("cancelled", "the client is closed"));
    else if (!pending.members.idempotent || pending.started)
      pending.reject(failed("node_down", "the connection to the node has ended", true));
    else if (left < 1)
      pending.reject(failed("timeout", "the time was over before the node was back", true));
    else {
      if (left !== Infinity) pending.members.timeout_ms = Math.ceil(left);
      this.#submit(pending);
    }
  }

  #take(message) {
    if (message.request_id === null) this.#lastWords = message.error;
    const pending = this.#pending.get(message.request_id);
    if (!pending) return;
    if (message.kind === "chunk" && !message.error) {
      pending.started = true;
      pending.stream?._push(message.payload ?? null);
      return;
    }
    this.#pending.delete(message.request_id);
    // A program may end while it has a client, if no call is open.
    if (!this.#pending.size) this.#socket?.unref();
    if (message.error) pending.reject(new CallFailed(message.error));
    else pending.resolve(message.payload ?? null);
  }
}

function connected(where) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ path: where });
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => {
      reject(failed("unavailable", `cannot connect to '${where}': ${error.message}`, true));
    });
  });
}

module.exports = { App, Call, CallFailed, Cancelled, Client, Request, SessionEnded, WorkerError,
                   any, current, findSocket, serve };
