// The keys of the page, as in `troupe top`. A component adds a map from `KeyboardEvent.key` to a function; the map that
// was added last is asked first. A function that returns false leaves the key to the next map. Keys with Ctrl, Alt or
// Meta, and keys in a field, a dialog or a terminal (an element with the attribute `data-keys="own"`), are not looked at.

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void | false>>;

function hasKeysOfItsOwn(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, dialog, [contenteditable], [data-keys=own]") !== null
  );
}

export class Keys {
  private readonly maps: (() => KeyMap)[] = [];

  constructor() {
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** Returns a function that removes the map. */
  add(map: () => KeyMap): () => void {
    this.maps.unshift(map);
    return () => void this.maps.splice(this.maps.indexOf(map), 1);
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || hasKeysOfItsOwn(event.target))
      return;
    for (const map of this.maps) {
      const act = map()[event.key];
      if (act && act(event) !== false) return event.preventDefault();
    }
  }
}
