// The one dialog that may be open: a question before something changes.
//
//   dialogs.ask(order)     shows what `order` will do; gives it if the answer is yes. Use `orders.give` for this
//   dialogs.open(content)  any content, as the help; `content` gets a function that closes it

import type { ComponentChildren } from "preact";
import { signal, type ReadonlySignal } from "@preact/signals";

export interface Dialog {
  title: string;
  content: (close: () => void) => ComponentChildren;
}

export class Dialogs {
  private readonly current = signal<Dialog | null>(null);
  readonly shown: ReadonlySignal<Dialog | null> = this.current;

  open(dialog: Dialog): void {
    this.current.value = dialog;
  }

  close(): void {
    this.current.value = null;
  }
}
