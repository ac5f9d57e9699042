// What an event is about, how serious it is, and what it says in a line: pure. The kinds are those of protocol/events.md.

import type { Event } from "../answers";
import { duration } from "../formats";

export const eventGroups = ["workers", "pools", "calls", "nodes", "sessions", "terminals", "output"] as const;
export type EventGroup = (typeof eventGroups)[number];

export type Severity = "problem" | "notice" | "info";

const groupOf: Readonly<Record<string, EventGroup>> = {
  worker_started: "workers",
  worker_ready: "workers",
  worker_recycling: "workers",
  worker_exited: "workers",
  worker_event: "workers",
  worker_events_dropped: "workers",
  preload_started: "pools",
  preload_ready: "pools",
  preload_exited: "pools",
  breaker_opened: "pools",
  breaker_closed: "pools",
  pool_drained: "pools",
  pool_resumed: "pools",
  pool_scaled: "pools",
  call_cancelled: "calls",
  call_failed: "calls",
  call_quarantined: "calls",
  call_slow: "calls",
  node_up: "nodes",
  node_suspect: "nodes",
  node_down: "nodes",
  node_refused: "nodes",
  worker_stream: "output",
};

/** The kinds that no rule of `groupOfKind` needs to be told. */
const plainKinds =
  "session_run session_paused session_answered session_continued session_refused session_finished session_failed session_lost " +
  "agent_spawned agent_released agent_exited agent_idle agent_resized agent_driver_changed " +
  "agent_inbound_delivery_mode_changed agent_pending_drained channel_subscribed channel_unsubscribed " +
  "delivery_queued delivery_injected delivery_verified delivery_failed";

/** All kinds of this version. The node sends what terminals print only to whom asks by kinds, or for all. */
export const allKinds: readonly string[] = [...Object.keys(groupOf), ...plainKinds.split(" ")];

/** Returns the group of a kind; a kind that is new to the page goes by its name. */
export function groupOfKind(kind: string): EventGroup {
  const known = groupOf[kind];
  if (known) return known;
  if (kind.startsWith("session_")) return "sessions";
  if (/^(agent|channel|delivery)_/.test(kind)) return "terminals";
  if (kind.startsWith("call_")) return "calls";
  if (kind.startsWith("node_")) return "nodes";
  return kind.startsWith("worker_") ? "workers" : "pools";
}

const problems = new Set([
  "breaker_opened",
  "call_failed",
  "call_quarantined",
  "node_down",
  "node_refused",
  "session_failed",
  "session_lost",
  "delivery_failed",
  "gap",
]);
const notices = new Set([
  "call_slow",
  "call_cancelled",
  "node_suspect",
  "worker_events_dropped",
  "pool_drained",
  "session_refused",
]);

export function severityOf(event: Event): Severity {
  if (problems.has(event.kind)) return "problem";
  if ((event.kind === "worker_exited" || event.kind === "preload_exited") && event.expected === false) return "problem";
  if (event.kind === "agent_exited" && event.released !== true && event.code !== 0) return "problem";
  return notices.has(event.kind) ? "notice" : "info";
}

const subjects = ["worker", "name", "session_id", "pool", "node", "address"] as const;

/** Returns which member says whom the event is about; null for none. */
export function subjectMember(event: Event): (typeof subjects)[number] | null {
  return subjects.find((member) => typeof event[member] === "string" && event[member] !== "") ?? null;
}

export function subjectOf(event: Event): string {
  const member = subjectMember(event);
  return member === null ? "" : String(event[member]);
}

function ending(event: Event): string {
  if (event.disconnected === true) return "disconnected";
  if (typeof event.signal_name === "string") return `ended by ${event.signal_name}`;
  if (event.signal != null) return `ended by signal ${String(event.signal)}`;
  if (event.exit_code != null) return `exited with code ${String(event.exit_code)}`;
  return "ended, status unknown";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value == null ? "" : JSON.stringify(value);
}

/** Returns an error in one line, from the event itself or from one of its members. */
function fault(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const { code, message } = value as { code?: unknown; message?: unknown };
  return [text(code), text(message)].filter(Boolean).join(": ");
}

/** Returns a member that is a time in milliseconds; empty if it is missing. */
function time(value: unknown): string {
  return typeof value === "number" ? duration(value) : "";
}

/** Returns how long a call has waited and run, as far as the event says it. */
function times(event: Event): string {
  const waited = event.waited_ms === 0 ? "" : time(event.waited_ms);
  const run = time(event.run_ms);
  return [run && `ran ${run}`, waited && `waited ${waited}`].filter(Boolean).join(", ");
}

const lines: Readonly<Record<string, (event: Event) => string>> = {
  worker_started: (e) => `process ${text(e.pid)} runs`,
  worker_ready: (e) => `takes calls (pid ${text(e.pid)})`,
  worker_recycling: (e) => `reached its limit of ${text(e.reason)}`,
  worker_exited: (e) => `${text(e.reason)}: ${ending(e)}${e.pid == null ? "" : ` (pid ${text(e.pid)})`}`,
  worker_event: (e) => text(e.payload),
  worker_events_dropped: (e) => `${text(e.count)} events of the worker were dropped`,
  preload_ready: (e) => `loaded in ${time(e.load_ms)} (pid ${text(e.pid)})`,
  preload_exited: (e) => [text(e.message), text(e.reason)].filter(Boolean).join(": ") || ending(e),
  breaker_opened: (e) => fault(e.cause),
  breaker_closed: () => "a worker is ready again",
  call_cancelled: (e) => `${text(e.call)} taken back by an operator while ${text(e.state)}, after ${time(e.age_ms)}`,
  call_failed: (e) => [`${text(e.call)}: ${fault(e)}`, times(e)].filter(Boolean).join("; "),
  call_quarantined: (e) => `${text(e.call)} ended too many workers: ${fault(e)}`,
  call_slow: (e) => `${text(e.call)} ${times(e)}`,
  pool_drained: () => "takes no new calls",
  pool_resumed: () => "takes calls again",
  pool_scaled: (e) => `from ${text(e.before)} to ${text(e.size)} workers`,
  node_up: (e) => `connected, version ${text(e.version)}`,
  node_suspect: () => "silent for a while",
  node_down: () => "gone",
  node_refused: (e) => `${text(e.reason)}: ${text(e.message)}`,
  session_run: () => "begins",
  session_paused: () => "its worker asks",
  session_answered: () => "one query has its response",
  session_continued: () => "goes on",
  session_refused: () => "the worker did not take the response",
  session_finished: () => "has a result",
  session_failed: fault,
  session_lost: fault,
  agent_spawned: (e) => `${text(e.cli)} started (pid ${text(e.pid)})`,
  agent_released: () => "ended by a client",
  agent_exited: (e) => text(e.reason),
  agent_idle: (e) => `silent for ${text(e.idle_secs)} s`,
  agent_resized: (e) => `${text(e.cols)} × ${text(e.rows)}`,
  agent_driver_changed: (e) => (e.session_id ? `${text(e.session_id)} decides the size` : "no client decides the size"),
  gap: (e) => e.anew === true ? "the node was started again: its events begin anew" : `events ${text(e.from)} to ${text(e.to)} are no longer kept: they are missing here`,
};

/** Returns the members that no column shows, for kinds without a line of their own. */
function rest(event: Event): string {
  const shown = new Set<string>(["seq", "time", "kind", subjectMember(event) ?? ""]);
  return Object.entries(event)
    .filter(([key]) => !shown.has(key))
    .map(([key, value]) => `${key} ${text(value)}`)
    .join(", ");
}

/** The most characters of a line; the whole event is in its detail. */
const lineLimit = 400;

export function lineOf(event: Event): string {
  const line = event.kind === "worker_stream" ? outputOf(event) : (lines[event.kind]?.(event) ?? rest(event));
  return line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line;
}

/** Returns what a terminal printed, without its escape sequences and on one line. */
function outputOf(event: Event): string {
  if (event.chunk_base64 != null) return "(bytes that are no text)";
  return text(event.chunk)
    .slice(0, 4 * lineLimit)
    .replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g, "")
    .replace(/[\x00-\x1f\x7f]+/g, " ")
    .trim();
}
