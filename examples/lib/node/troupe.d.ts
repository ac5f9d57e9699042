/** Workers and clients of Troupe: see README.md. */

export class WorkerError extends Error {
  constructor(code: string, message?: string, more?: Record<string, unknown>);
  readonly code: string;
  readonly more: Record<string, unknown>;
}

export class CallFailed extends Error {
  constructor(details: Record<string, unknown>);
  readonly code: string;
  readonly retryable: boolean;
  readonly workerCode?: string;
  readonly details: Record<string, unknown>;
}

export class Cancelled extends Error {}
export class SessionEnded extends Cancelled {}

export interface CallOptions {
  timeoutMs?: number;
  idempotent?: boolean;
  priority?: number;
  key?: string;
  traceparent?: string;
  tracestate?: string;
}

export interface Query {
  id: string;
  prompt: string;
  [member: string]: unknown;
}

export class Call {
  private constructor();
  readonly kind: string;
  readonly payload: any;
  readonly sessionId?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly wantsParts: boolean;
  readonly deadline?: number;
  readonly signal: AbortSignal;
  readonly cancelled: boolean;
  timeLeftMs(): number | undefined;
  check(): void;
  part(payload: unknown): Promise<void>;
  progress(done: number, text?: string): Promise<void>;
  call(to: string, kind: string, payload?: unknown, options?: CallOptions): Promise<any>;
  ask(...queries: (string | Query)[]): Promise<any[]>;
}

/** The call that this code runs for. */
export function current(): Call | undefined;

/** In the members of a kind: required, of any type. */
export const any: unique symbol;

export class Request {
  private constructor();
  readonly call: Call;
  readonly method: string;
  readonly uri: string;
  readonly path: string;
  readonly query: unknown;
  readonly args: Record<string, string>;
  readonly headers: Record<string, string[]>;
  readonly cookies: Record<string, string>;
  readonly remoteAddr?: string;
  readonly body: Buffer;
  readonly parsed?: unknown;
  readonly uploads?: unknown;
  header(name: string): string | undefined;
  json(): any;
}

export class App {
  constructor(options?: { name?: string; version?: string; window?: number });
  kind(kind: string, fn: (payload: any, call: Call) => unknown): this;
  kind(kind: string, members: Record<string, unknown>, fn: (members: any, call: Call) => unknown): this;
  default(fn: (payload: any, call: Call) => unknown): this;
  http(fn: (request: Request) => unknown): this;
  http(path: string, fn: (request: Request) => unknown): this;
  log(message: string, level?: "debug" | "info" | "warn" | "error"): void;
  event(payload: unknown): void;
  metric(name: string, value?: number, labels?: Record<string, string>): void;
  /** Answers calls until the node ends the worker, and then ends the process. */
  run(): Promise<never>;
}

/** Runs one worker on two descriptors, which may be the same. */
export function serve(app: App, source: number, sink: number): Promise<void>;

export interface Stream extends AsyncIterable<any> {
  readonly result: Promise<any>;
  cancel(): void;
}

export class Client {
  constructor(options?: { node?: string; stateDir?: string; reconnectMs?: number });
  call(to: string, kind: string, payload?: unknown,
       options?: CallOptions & { signal?: AbortSignal }): Promise<any>;
  stream(to: string, kind: string, payload?: unknown,
         options?: CallOptions & { signal?: AbortSignal }): Stream;
  close(): void;
}

/** The path of the node's socket. */
export function findSocket(node?: string, stateDir?: string): string;
