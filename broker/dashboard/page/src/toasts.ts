// Short messages at the edge of the page: what came of an order.
//
//   const end = toasts.show({ text: "restart text …", state: "busy" });   stays until it ends
//   end({ text: "text: 4 workers restarted", state: "good" });            goes after some seconds
//   toasts.show({ text: "…", state: "bad" });                             stays until it is closed

import { signal, type ReadonlySignal } from "@preact/signals";

export interface Message {
  text: string;
  state: "busy" | "good" | "bad";
}

export type Toast = Message & { readonly id: number };

const goneAfterMs = 6000;
const atMost = 5;

export class Toasts {
  private readonly list = signal<readonly Toast[]>([]);
  private nextId = 1;
  readonly shown: ReadonlySignal<readonly Toast[]> = this.list;

  /** Returns a function that replaces the message. */
  show(message: Message): (next: Message) => void {
    const id = this.nextId++;
    this.put({ ...message, id });
    return (next) => this.put({ ...next, id });
  }

  close(id: number): void {
    this.list.value = this.list.value.filter((toast) => toast.id !== id);
  }

  private put(toast: Toast): void {
    const others = this.list.value.filter((other) => other.id !== toast.id);
    this.list.value = [...others, toast].slice(-atMost);
    if (toast.state === "good") setTimeout(() => this.close(toast.id), goneAfterMs);
  }
}
