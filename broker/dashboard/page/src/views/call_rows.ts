// Which calls the view shows: pure, so that it is tested without a page.

import type { Call } from "../answers";
import type { Params } from "../route";

export const callStates = ["open", "waiting", "running", "slow"] as const;
export type CallState = (typeof callStates)[number];

export interface CallFilter {
  state: CallState;
  /** Empty for every pool. */
  pool: string;
  olderMs: number;
}

/** One of the last slow calls (broker/slow-calls.md). It has no id, and may have ended. */
export interface SlowCall {
  time: string;
  pool: string;
  worker: string;
  pid?: number | null;
  kind: string;
  request_id?: string | null;
  trace_id?: string | null;
  waited_ms: number;
  run_ms: number;
  deadline_ms?: number | null;
  /** `running`, `ok`, `again`, or the code of an error. */
  outcome: string;
  stderr: string[];
  command?: { program: string; output: string; cut: boolean; end: string } | null;
}

export function readCallFilter(params: Params): CallFilter {
  const state = callStates.find((known) => known === params.state);
  const older = Number(params.older ?? 0);
  return {
    state: state ?? "open",
    pool: params.pool ?? "",
    olderMs: Number.isFinite(older) && older > 0 ? older : 0,
  };
}

function words(values: readonly (string | null | undefined)[]): string {
  return values.filter((value) => value != null && value !== "").join(" ");
}

/** Returns what the text filter looks for: all names of a call, also those that only its caller knows. */
export function callText(call: Call): string {
  return words([call.id, call.kind, call.pool, call.worker, call.from, call.key, call.request_id, call.trace_id]);
}

export function slowText(call: SlowCall): string {
  return words([call.kind, call.pool, call.worker, call.outcome, call.request_id, call.trace_id, ...call.stderr]);
}

/** Returns the open calls that pass, the oldest first. */
export function selectCalls(calls: readonly Call[], filter: CallFilter): Call[] {
  return calls
    .filter(
      (call) =>
        (filter.state === "open" || call.state === filter.state) &&
        (filter.pool === "" || call.pool === filter.pool) &&
        call.age_ms >= filter.olderMs,
    )
    .sort((a, b) => b.age_ms - a.age_ms);
}

/** Returns the slow calls that pass, the youngest first as the node has them. */
export function selectSlow(calls: readonly SlowCall[], filter: CallFilter): SlowCall[] {
  return calls.filter((call) => (filter.pool === "" || call.pool === filter.pool) && call.run_ms >= filter.olderMs);
}

export function poolsOf(calls: readonly { pool: string }[]): string[] {
  return [...new Set(calls.map((call) => call.pool))].sort();
}

export function countCalls(calls: readonly Call[]): { open: number; waiting: number; running: number } {
  const waiting = calls.filter((call) => call.state === "waiting").length;
  return { open: calls.length, waiting, running: calls.length - waiting };
}

export function slowKey(call: SlowCall): string {
  return `${call.time} ${call.worker} ${call.request_id ?? call.kind}`;
}
