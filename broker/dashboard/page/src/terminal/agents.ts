// Terminals as the node lists them, and the order of the wall: pure.

import type { Json } from "../answers";
import { duration, plural } from "../formats";
import type { Tone } from "../components/Badge";

/** An element of `agents` in the answer of `spawned`, and the answer of `info`. */
export interface Agent {
  name: string;
  worker: string;
  cli: string;
  args: string[];
  cwd: string;
  pid: number;
  rows: number;
  cols: number;
  /** The `session_id` of the client that decides the size. */
  driver?: string | null;
  last_activity_ms: number;
  pending_messages: number;
  delivery_mode: "auto_inject" | "manual_flush";
  model?: string | null;
  team?: string | null;
  current_state: "working" | "idle";
  uptime_secs: number;
}

export interface PendingMessage {
  event_id: string;
  from?: string | null;
  body: string;
  mode: string;
  queued_at_ms: number;
}

/** What a terminal needs of a person, the most urgent first. */
export type Need = "messages" | "idle" | "none";

const needs: readonly Need[] = ["messages", "idle", "none"];

export function needOf(agent: Agent): Need {
  if (agent.pending_messages > 0) return "messages";
  return agent.current_state === "idle" ? "idle" : "none";
}

/** Silence after which a program is not called working, also if its pool has no `idle_after`. */
const silentMs = 30_000;

/** The state of a terminal in words, and their colour. */
export function stateOf(agent: Agent): { word: string; tone: Tone } {
  const need = needOf(agent);
  if (need === "messages") return { word: `${plural(agent.pending_messages, "message")} waiting`, tone: "warn" };
  if (need === "idle") return { word: `idle ${duration(agent.last_activity_ms)}`, tone: "warn" };
  if (agent.last_activity_ms >= silentMs) return { word: `silent ${duration(agent.last_activity_ms)}`, tone: "idle" };
  return { word: "working", tone: "busy" };
}

/** The pool of a terminal; a spawned one has a pool of its own. */
export function poolOf(agent: Agent): string {
  return agent.worker.replace(/\.\d+$/, "");
}

/** Whether `POST /api/spawn` started it: then its name is not that of its worker. */
export function isSpawned(agent: Agent): boolean {
  return agent.name !== agent.worker;
}

/** Returns the terminals that match: those that wait for a person first, then by name. */
export function ordered(agents: readonly Agent[], filter: string): Agent[] {
  const text = filter.trim().toLowerCase();
  return agents
    .filter((agent) => text === "" || [agent.name, poolOf(agent), agent.cli, agent.team ?? ""].some((v) => v.toLowerCase().includes(text)))
    .sort((a, b) => needs.indexOf(needOf(a)) - needs.indexOf(needOf(b)) || a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** Splits what is typed or pasted into parts that one message may have; a character stays in one piece. */
export function inParts(text: string, most = 16384): string[] {
  const parts: string[] = [];
  for (let begin = 0; begin < text.length; ) {
    let end = Math.min(begin + most, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) --end;
    parts.push(text.slice(begin, end));
    begin = end;
  }
  return parts;
}

/** Splits a line of arguments at blanks; '…' and "…" hold blanks. */
export function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? "");
}

/** The number that an answer has under a name, else 0. */
export function figure(answer: Json, member: string): number {
  const value = answer !== null && typeof answer === "object" && !Array.isArray(answer) ? answer[member] : 0;
  return typeof value === "number" ? value : 0;
}
