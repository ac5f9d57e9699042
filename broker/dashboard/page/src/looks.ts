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

/** Events that somebody follows; after a reconnection they go on behind the last one. */
export class Following {
  private last: number | undefined;

  constructor(
    private readonly filter: EventFilter,
    private readonly deliver: (events: readonly Event[]) => void,
  ) {
    this.last = filter.since;
  }

  get question(): Question {
    const since = this.last === undefined ? {} : { since: this.last };
    return { ask: "events", payload: { ...this.filter, ...since } };
  }

  take(events: readonly Event[]): void {
    const last = events[events.length - 1];
    if (last) this.last = last.seq;
    this.deliver(events);
  }
}
