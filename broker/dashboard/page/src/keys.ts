// The keys of the page, as in `troupe top`. A component adds a map from `KeyboardEvent.key` to a function; the map with
// the highest rank is asked first. A function that returns false leaves the key to the next map. Keys with Ctrl, Alt or
// Meta, and keys in a field, a dialog or a terminal (an element with the attribute `data-keys="own"`), are not looked at.

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void | false>>;

function hasKeysOfItsOwn(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, dialog, [contenteditable], [data-keys=own]") !== null
  );
}

export class Keys {
  private readonly maps = new Map<number, () => KeyMap>();
  private last = 0;

  constructor() {
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** A rank that is higher than all before. */
  rank(): number {
    return ++this.last;
  }

  /** Returns a function that removes the map. */
  add(rank: number, map: () => KeyMap): () => void {
    this.maps.set(rank, map);
    return () => void this.maps.delete(rank);
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || hasKeysOfItsOwn(event.target))
      return;
    for (const rank of [...this.maps.keys()].sort((a, b) => b - a)) {
      const act = this.maps.get(rank)?.()[event.key];
      if (act && act(event) !== false) return event.preventDefault();
    }
  }
}
