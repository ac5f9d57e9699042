// Follows what a program prints: a snapshot of its screen, then the chunks beyond the snapshot's offset.
// It knows nothing of the page or of xterm.

/** The members of an event that a follower reads. */
export interface TerminalEvent {
  kind: string;
  chunk?: string;
  chunk_base64?: string;
  /** Bytes printed up to the end of the chunk. */
  offset?: number;
}

/** The answer to `snapshot` with the format `ansi`. */
export interface Snapshot {
  rows: number;
  cols: number;
  /** Base64 of what draws the screen on an empty terminal. */
  screen: string;
  offset: number;
}

export interface Display {
  /** Asks the node. */
  snapshot(): Promise<Snapshot>;
  /** Begins anew: an empty terminal of this size, then these bytes. */
  show(rows: number, cols: number, bytes: Uint8Array): void;
  /** Goes on. */
  draw(bytes: Uint8Array): void;
  /** There is no snapshot, for this reason; null: there is one again. */
  problem(reason: string | null): void;
}

/** Bytes that are kept while a snapshot is on its way. If there are more, another snapshot is taken. */
const mostKept = 1 << 20;
/** The kinds after which the screen may be another than what the chunks make of it. */
const anew = new Set(["gap", "replay_gap", "agent_resized", "worker_ready", "agent_spawned"]);

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

export class Follower {
  #display: Display;
  #position = -1;
  #kept: { bytes: Uint8Array; offset: number }[] = [];
  #keptBytes = 0;
  #asking = false;
  #again = false;
  #ended = false;

  constructor(display: Display) {
    this.#display = display;
  }

  /** Takes a snapshot; if one is on its way, another after it. Call it once events arrive at `take`. */
  refresh(): void {
    if (this.#ended)
      return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    this.#again = false;
    this.#forget();
    this.#display.snapshot().then((got) => this.#begin(got), (error: unknown) => this.#fail(error));
  }

  take(event: TerminalEvent): void {
    if (anew.has(event.kind))
      this.refresh();
    else if (event.kind === "worker_stream" && event.offset !== undefined)
      this.#stream(event, event.offset);
  }

  /** Nothing is drawn from now on. */
  end(): void {
    this.#ended = true;
    this.#forget();
  }

  #stream(event: TerminalEvent, offset: number): void {
    const bytes = event.chunk_base64 === undefined ? new TextEncoder().encode(event.chunk ?? "")
      : bytesOf(event.chunk_base64);
    if (!this.#asking) {
      this.#apply(bytes, offset);
    } else if (this.#keptBytes + bytes.length > mostKept) {
      this.#again = true;
      this.#forget();
    } else {
      this.#kept.push({ bytes, offset });
      this.#keptBytes += bytes.length;
    }
  }

  #apply(bytes: Uint8Array, offset: number): void {
    const begin = offset - bytes.length;
    if (this.#position < 0 || this.#ended || offset <= this.#position)
      return;
    if (begin > this.#position) {
      this.refresh();
      return;
    }
    this.#display.draw(bytes.subarray(this.#position - begin));
    this.#position = offset;
  }

  #begin(got: Snapshot): void {
    this.#asking = false;
    if (this.#ended)
      return;
    const kept = this.#kept;
    this.#forget();
    this.#position = got.offset;
    this.#display.problem(null);
    this.#display.show(got.rows, got.cols, bytesOf(got.screen));
    for (const { bytes, offset } of kept)
      this.#apply(bytes, offset);
    if (this.#again)
      this.refresh();
  }

  #fail(error: unknown): void {
    this.#asking = false;
    this.#position = -1;
    this.#forget();
    if (this.#ended)
      return;
    this.#display.problem(error instanceof Error ? error.message : String(error));
    if (this.#again)
      this.refresh();
  }

  #forget(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }
}
