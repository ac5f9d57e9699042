// How many screens are drawn at a time: each is a look of the tab, and some hundred elements.
//
// Tiles ask for a slot when they come into view, and give it back when they leave it. If there is none,
// the tile says so, and gets the next that is free.

import { signal, type ReadonlySignal } from "@preact/signals";

export class LiveSlots {
  private readonly holders = signal<ReadonlySet<string>>(new Set());
  private readonly waiting = new Set<string>();
  /** The names of those that have a slot. */
  readonly live: ReadonlySignal<ReadonlySet<string>> = this.holders;

  constructor(readonly most: number) {}

  ask(name: string): void {
    this.waiting.add(name);
    this.hand();
  }

  leave(name: string): void {
    this.waiting.delete(name);
    if (!this.holders.peek().has(name)) return;
    this.holders.value = new Set([...this.holders.peek()].filter((other) => other !== name));
    this.hand();
  }

  private hand(): void {
    const next = new Set(this.holders.peek());
    for (const name of this.waiting) {
      if (next.size >= this.most) break;
      this.waiting.delete(name);
      next.add(name);
    }
    if (next.size !== this.holders.peek().size) this.holders.value = next;
  }
}
