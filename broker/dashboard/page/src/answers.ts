// What the node answers, as the views read it. The names are those of the API (broker/http.md).
// A member that is null in one version of a node may be absent in another: ask `== null`, never `=== null`.

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

export interface Fault {
  code: string;
  message: string;
  retryable?: boolean;
  [member: string]: unknown;
}

/** Why a worker ended, or could not start. */
export interface Exit extends Fault {
  reason?: string;
  exit_code?: number | null;
  signal?: number;
  signal_name?: string;
  pid?: number;
  stderr?: string[];
  time?: string;
  age_ms?: number;
}

export interface Pool {
  name: string;
  node?: string;
  state: string;
  ready: boolean;
  protocol: string;
  behaviour?: string | null;
  /** How many workers are wanted, at most; an elastic pool also has `min`. */
  size: number;
  min?: number;
  idle_ms?: number;
  window: number;
  workers: number;
  slots: number;
  waiting: number;
  oldest_ms?: number | null;
  in_flight: number;
  abandoned: number;
  calls: number;
  results: number;
  errors: number;
  totals: { calls: number; late: number; stray: number };
  error?: Fault | null;
}

/** A pool with its workers: the answer of `pool`. */
export type PoolWithWorkers = Omit<Pool, "workers"> & { workers: Worker[] };

export interface Worker {
  name: string;
  pool: string;
  index: number;
  state: string;
  pid?: number | null;
  window: number;
  in_flight: number;
  abandoned: number;
  calls: number;
  current?: { kind: string; age_ms: number; abandoned?: boolean } | null;
  memory: number;
  /** Percent of one core. */
  cpu?: number | null;
  cpu_ms: number;
  restarts: number;
  replacements: number;
  uptime_ms: number;
  late: number;
  stray: number;
  program?: string;
  version?: string;
  last_exit?: Exit | null;
}

export interface Call {
  id: string;
  request_id?: string | null;
  pool: string;
  kind: string;
  state: "waiting" | "running";
  age_ms: number;
  deadline_ms?: number | null;
  priority: number;
  key?: string | null;
  worker?: string | null;
  deaths: number;
  from: string;
  trace_id?: string | null;
  node: string;
}

export interface WorkerLog {
  name: string;
  lines: string[];
  /** So many of the first lines are of the worker that had the name before. */
  earlier: number;
}

/** Figures by columns. Row i begins at `start` + i steps; what is not known is null (broker/http.md, History). */
export interface History {
  /** Seconds since 1970. */
  start: number;
  next: number;
  calls: (number | null)[];
  errors: (number | null)[];
  waiting: (number | null)[];
  running: (number | null)[];
  workers: (number | null)[];
  p50_ms: (number | null)[];
  p99_ms: (number | null)[];
  memory: (number | null)[];
  cpu: (number | null)[];
  /** Workers that an order replaced; workers that ended by themselves or through a fault. */
  restarts: (number | null)[];
  reloads: (number | null)[];
  ends: (number | null)[];
}

export interface Steps {
  step: "1s" | "1m";
  step_s: number;
  start: number;
  next: number;
}

export type PoolHistory = Steps & History & { pool: string };
export type AllHistory = Steps & { pools: { [pool: string]: History } };

/** An event of protocol/events.md; a `gap` has no time. */
export interface Event {
  seq: number;
  time?: string;
  kind: string;
  worker?: string;
  pool?: string;
  [member: string]: unknown;
}
