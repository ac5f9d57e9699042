// What the page watches, whether it is connected or not. Views that ask the same share one look.

import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Event, Fault, Json } from "./answers";

/** A watched question. Its value stays, growing old, while the node is gone. */
export interface Look<Value> {
  /** The last answer; null before the first. */
  readonly value: ReadonlySignal<Value | null>;
  /** Why the node cannot answer now, or null. `value` may still hold an answer from before. */
  readonly error: ReadonlySignal<Fault | null>;
}

/** The last answer; null if what it is about is no longer there. */
export function presentValue<Value>(look: Look<Value>): Value | null {
  const code = look.error.value?.code;
  return code === "pool_not_found" || code === "worker_not_found" ? null : look.value.value;
}

export interface LookOptions {
  /** Asked every so many seconds; default 1. */
  everyS?: number;
  /** Members that are not wanted, at any depth: ages that are not shown, so that only what is shown makes messages. */
  without?: readonly string[];
}

export type Question = { ask: string; payload: unknown; every_s?: number; without?: readonly string[] };

export class WatchedLook implements Look<Json> {
  readonly value: Signal<Json | null> = signal(null);
  readonly error: Signal<Fault | null> = signal(null);
  /** Its number on the wire; 0 while it is not watched. */
  id = 0;
  users = 0;

  constructor(
    readonly key: string,
    readonly question: Question,
  ) {}
}

/** What of the events is wanted: broker/http.md, `GET /api/events/list`. */
export interface EventFilter {
  kinds?: readonly string[];
  workers?: readonly string[];
  /** Another node of the cluster. */
  node?: string;
  /** The number of the last event that is known. Absent: only new events. */
  since?: number;
}

/**
 * Events that somebody follows; after a reconnection they go on behind the last one. Numbers begin anew with a node that
 * was started again, and may be beyond the last one already. So the last event is asked for once more: if another one
 * comes, the node is another one, and all of its events are new.
 */
export class Following {
  /** Its number on the wire. */
  id = 0;
  private last: Event | null = null;
  /** Whether the next events tell if the node is the same. */
  private doubts = false;

  constructor(
    private readonly filter: EventFilter,
    private readonly deliver: (events: readonly Event[]) => void,
  ) {}

  get question(): Question {
    const since = this.last ? (this.doubts ? this.last.seq - 1 : this.last.seq) : this.filter.since;
    return { ask: "events", payload: { ...this.filter, ...(since === undefined ? {} : { since }) } };
  }

  /** What is asked next may be asked of another node. */
  reconnect(): void {
    this.doubts = this.last !== null && this.last.kind !== "gap";
  }

  /** Returns false if the question has to be asked anew: these events are not the first ones of another node. */
  take(events: readonly Event[]): boolean {
    const before = this.last;
    const first = events[0];
    const doubts = this.doubts;
    this.doubts = false;
    if (doubts && before && first?.kind !== "gap") {
      const same = first?.seq === before.seq && first.time === before.time;
      if (same) events = events.slice(1);
      else if (!first || first.seq >= before.seq) {
        this.last = { seq: 0, kind: "gap" };
        return false;
      }
    }
    this.last = events[events.length - 1] ?? this.last;
    this.deliver(events);
    return true;
  }
}
