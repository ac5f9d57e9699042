// The record of a session as a conversation between a client and a worker: pure.

import type { Fault, Json } from "../answers";

export interface Session {
  session_id: string;
  state: "running" | "paused" | "finished" | "failed" | "lost";
  feed_result?: Json;
  pool: string;
  worker?: string | null;
  age_ms: number;
  idle_ms: number;
  queries: number;
  error?: Fault | null;
}

export interface RecordEntry {
  /** Milliseconds since 1970. */
  at: number;
  event: string;
  payload?: Json;
}

/** What a worker asks; the rest of the query is the worker's own. */
export interface Query {
  id: string;
  prompt: string;
  more: [string, Json][];
}

export interface Turn {
  at: number;
  event: string;
  /** Who speaks: the node tells of ends that nobody spoke of. */
  side: "client" | "worker" | "node";
  title: string;
  queries: Query[];
  /** What a response is to, if that is known. */
  to: string;
  /** The rest, as text or as JSON; undefined for nothing. */
  body: Json | undefined;
  problem: boolean;
}

type Members = { [member: string]: Json };

function members(value: Json | undefined): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export function readQueries(value: Json | undefined): Query[] {
  const list = members(value).queries;
  if (!Array.isArray(list)) return [];
  return list.map((one) => {
    const { id, prompt, ...rest } = members(one);
    return {
      id: typeof id === "string" ? id : String(id ?? ""),
      prompt: typeof prompt === "string" ? prompt : prompt === undefined ? JSON.stringify(one) : JSON.stringify(prompt),
      more: Object.entries(rest).filter(([, v]) => v !== null) as [string, Json][],
    };
  });
}

/** Returns what the session waits for: one query for each response that is still missing. */
export function openQueries(session: Session, record: readonly RecordEntry[] = []): Query[] {
  if (session.state !== "paused") return [];
  const paused = members(session.feed_result).Paused;
  if (paused !== undefined) return readQueries(paused);
  let open: Query[] = [];
  for (const entry of record) {
    if (entry.event === "paused") open = readQueries(entry.payload);
    if (entry.event === "answered") open = without(open, entry.payload);
  }
  return open;
}

function without(open: Query[], response: Json | undefined): Query[] {
  const id = members(response).query_id;
  return id === undefined || id === null ? open.slice(1) : open.filter((query) => query.id !== id);
}

const titles: Readonly<Record<string, [Turn["side"], string]>> = {
  run: ["client", "begins"],
  paused: ["worker", "asks"],
  answered: ["client", "responds"],
  continued: ["client", "responds"],
  refused: ["worker", "does not take the response"],
  finished: ["worker", "has a result"],
  failed: ["node", "failed"],
  lost: ["node", "lost"],
};

/** Returns what the session said of itself, without the members that the view shows elsewhere. */
function bodyOf(event: string, payload: Json | undefined): Json | undefined {
  if (event === "paused") return undefined;
  if (event === "answered" || event === "continued") {
    const { response, responses } = members(payload);
    return response ?? responses ?? payload;
  }
  if (event === "run") {
    const { session_id: _id, pool: _pool, ...rest } = members(payload);
    return Object.keys(rest).length > 0 ? rest : undefined;
  }
  const { code, message } = members(payload);
  if (typeof message === "string") return typeof code === "string" ? `${code}: ${message}` : message;
  return payload ?? undefined;
}

/** Returns the record as turns, the oldest first. An event that is not known is the node's. */
export function conversation(record: readonly RecordEntry[]): Turn[] {
  let open: Query[] = [];
  return record.map((entry) => {
    const [side, title] = titles[entry.event] ?? (["node", entry.event] as const);
    const responds = entry.event === "answered" || entry.event === "continued";
    const id = responds ? members(entry.payload).query_id : undefined;
    const query = responds ? (open.find((one) => one.id === id) ?? (id == null && open.length === 1 ? open[0] : undefined)) : undefined;
    const queries = entry.event === "paused" ? readQueries(entry.payload) : [];
    if (entry.event === "paused") open = queries;
    else if (entry.event === "answered") open = without(open, entry.payload);
    return {
      at: entry.at,
      event: entry.event,
      side,
      title,
      queries,
      to: query?.prompt ?? "",
      body: bodyOf(entry.event, entry.payload),
      problem: ["refused", "failed", "lost"].includes(entry.event),
    };
  });
}

/** Returns with what a session has ended; empty if it has no result. */
export function resultOf(session: Session): string {
  const finished = members(members(session.feed_result).Finished).state;
  if (finished == null) return "";
  const result = members(members(finished).Completed).result ?? finished;
  return typeof result === "string" ? result : JSON.stringify(result);
}

const order: readonly string[] = ["lost", "failed", "paused", "running", "finished"];

/** Returns the sessions in this state, or all: those that need somebody first, then the latest. */
export function selectSessions(all: readonly Session[], state: string): Session[] {
  return all
    .filter((one) => state === "" || one.state === state)
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.idle_ms - b.idle_ms);
}

export function sessionText(session: Session): string {
  return [session.session_id, session.pool, session.worker ?? "", session.error?.message ?? ""].join(" ");
}

/** Returns a response as the API takes it: text as it is, or a JSON value. */
export function readResponse(text: string, asJson: boolean): { value: Json } | { mistake: string } {
  if (!asJson) return { value: text };
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}
