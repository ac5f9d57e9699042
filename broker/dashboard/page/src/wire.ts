// What the page and the node say to each other on the WebSocket. After a reconnection everything that is watched is asked
// again. Views use the hooks of app.ts; these are for what is no component:
//
//   wire.state.value             "connecting", "open", "gone" (tried again), "refused" (the key is wrong)
//   wire.blocked.value           the node answers, but no WebSocket comes through
//   wire.hello.value             the node that answers, its version, and what the key allows
//   wire.readOnly.value          whether the key may only look
//   wire.staleSince.value        null; or Date.now() of the last message, if what is shown may be old
//   wire.freeze(true)            nothing is asked nor shown until `freeze(false)`; wire.frozen.value
//   wire.look(ask, payload, options)   a look; it is asked while somebody `hold`s it
//   wire.hold(look)              → a function that lets it go
//   wire.follow(filter, deliver) → a function that ends it. Batches of events come to `deliver`
//   wire.input(terminal, data)   types; the promise has null, or why it failed

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Event, Fault, Json } from "./answers";
import { Connection, type ConnectionState, type Message } from "./connection";
import { apply } from "./delta";
import { Following, WatchedLook, type EventFilter, type Look, type LookOptions } from "./looks";

export interface Hello {
  node: string;
  version: string;
  may: "all" | "view";
  [member: string]: unknown;
}

/** A look is kept so long after its last user: the next view often asks the same. */
const lingerMs = 1500;

const gone: Fault = { code: "node_down", message: "the node is gone" };

export class Wire {
  private readonly greeting = signal<Hello | null>(null);
  private readonly isFrozen = signal(false);
  private readonly looks = new Map<string, WatchedLook>();
  private readonly watched = new Map<number, WatchedLook | Following>();
  private readonly inputs = new Map<number, (error: Fault | null) => void>();
  private nextId = 1;
  private paused = document.hidden;
  private readonly connection: Connection;

  readonly state: ReadonlySignal<ConnectionState>;
  readonly blocked: ReadonlySignal<boolean>;
  readonly staleSince: ReadonlySignal<number | null>;
  readonly hello: ReadonlySignal<Hello | null> = this.greeting;
  readonly readOnly = computed(() => this.greeting.value?.may !== "all");
  readonly frozen: ReadonlySignal<boolean> = this.isFrozen;

  constructor(key: string) {
    const connection = new Connection(
      key,
      (message) => this.take(message),
      () => this.paused || this.watched.size === 0,
      () => this.failInputs(),
    );
    this.connection = connection;
    this.state = connection.state;
    this.blocked = connection.blocked;
    this.staleSince = computed(() =>
      this.greeting.value && (connection.state.value !== "open" || connection.silent.value)
        ? connection.heard.value
        : null,
    );
    document.addEventListener("visibilitychange", () => this.pauseOrResume());
  }

  end(): void {
    this.connection.end();
  }

  freeze(frozen: boolean): void {
    this.isFrozen.value = frozen;
    this.pauseOrResume();
  }

  look<Value>(ask: string, payload: unknown = {}, { everyS, without }: LookOptions = {}): Look<Value> {
    const question = { ask, payload, ...(everyS ? { every_s: everyS } : {}), ...(without ? { without } : {}) };
    const key = JSON.stringify(question);
    let look = this.looks.get(key);
    if (!look) {
      look = new WatchedLook(key, question);
      this.looks.set(key, look);
    }
    return look as unknown as Look<Value>;
  }

  hold<Value>(held: Look<Value>): () => void {
    const look = held as unknown as WatchedLook;
    if (look.users++ === 0 && look.id === 0) {
      this.looks.set(look.key, look);
      look.id = this.watch(look);
    }
    return () => {
      if (--look.users === 0) setTimeout(() => this.drop(look), lingerMs);
    };
  }

  follow(filter: EventFilter, deliver: (events: readonly Event[]) => void): () => void {
    const following = new Following(filter, deliver);
    following.id = this.watch(following);
    return () => this.unwatch(following.id);
  }

  input(name: string, data: string): Promise<Fault | null> {
    const id = this.nextId++;
    if (!this.connection.send({ kind: "input", id, name, data })) return Promise.resolve(gone);
    return new Promise((resolve) => this.inputs.set(id, resolve));
  }

  private watch(watched: WatchedLook | Following): number {
    const id = this.nextId++;
    this.watched.set(id, watched);
    this.connection.send({ kind: "watch", id, ...watched.question });
    return id;
  }

  private unwatch(id: number): void {
    this.watched.delete(id);
    this.connection.send({ kind: "unwatch", id });
  }

  private drop(look: WatchedLook): void {
    if (look.users > 0 || look.id === 0) return;
    this.unwatch(look.id);
    look.id = 0;
    if (this.looks.get(look.key) === look) this.looks.delete(look.key);
  }

  private take(message: Message): void {
    if (message.kind === "hello") return this.begin(message as unknown as Hello);
    const id = message.id ?? 0;
    const watched = this.watched.get(id);
    if (message.kind === "input") {
      this.inputs.get(id)?.((message.error as Fault | null) ?? null);
      this.inputs.delete(id);
    } else if (watched instanceof Following) {
      if (message.kind === "events" && !watched.take(message.events as Event[])) {
        this.unwatch(id);
        watched.id = this.watch(watched);
      }
    } else if (watched && message.kind === "error") {
      watched.error.value = message.error as Fault;
    } else if (watched && (message.kind === "state" || message.kind === "delta")) {
      const old = watched.value.peek() ?? undefined;
      watched.value.value = message.kind === "state" ? (message.value as Json) : apply(old, message.delta as Json);
      watched.error.value = null;
    }
  }

  private begin(hello: Hello): void {
    this.greeting.value = hello;
    this.connection.greeted();
    if (this.paused) this.connection.send({ kind: "pause" });
    for (const [id, watched] of this.watched) {
      if (watched instanceof Following) watched.reconnect();
      this.connection.send({ kind: "watch", id, ...watched.question });
    }
  }

  private failInputs(): void {
    for (const resolve of this.inputs.values()) resolve(gone);
    this.inputs.clear();
  }

  private pauseOrResume(): void {
    const paused = document.hidden || this.isFrozen.peek();
    if (paused === this.paused) return;
    this.paused = paused;
    this.connection.excuse();
    this.connection.send({ kind: paused ? "pause" : "resume" });
    if (!paused) this.connection.hurry();
  }
}
