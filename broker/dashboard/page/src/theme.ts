// Dark or light: as the system says, until a person chooses. The choice is kept in memory of the browser; it is no secret.

import { effect, signal, type ReadonlySignal } from "@preact/signals";

export type Scheme = "dark" | "light";

const store = "troupe.scheme";

export class Theme {
  private readonly system = matchMedia("(prefers-color-scheme: dark)");
  private readonly current = signal<Scheme>(this.kept() ?? (this.system.matches ? "dark" : "light"));
  readonly scheme: ReadonlySignal<Scheme> = this.current;

  constructor() {
    this.system.addEventListener("change", () => {
      if (!this.kept()) this.current.value = this.system.matches ? "dark" : "light";
    });
    effect(() => document.documentElement.setAttribute("data-scheme", this.current.value));
  }

  toggle(): void {
    this.current.value = this.current.value === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(store, this.current.value);
    } catch {
      // A browser may forbid it: then the choice holds until the page is closed.
    }
  }

  private kept(): Scheme | null {
    try {
      const kept = localStorage.getItem(store);
      return kept === "dark" || kept === "light" ? kept : null;
    } catch {
      return null;
    }
  }
}
