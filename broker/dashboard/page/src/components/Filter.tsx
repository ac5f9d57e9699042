// The field that filters a table: `/` leads into it, Enter keeps what is typed, Esc removes it.

import type { Ref } from "preact";

export function Filter(props: {
  field: Ref<HTMLInputElement>;
  name: string;
  value: string;
  set: (text: string) => void;
}) {
  const press = (event: KeyboardEvent) => {
    const field = event.currentTarget as HTMLInputElement;
    if (event.key === "Escape") props.set("");
    if (event.key === "Escape" || event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      field.blur();
    }
  };
  return (
    <input
      ref={props.field}
      type="search"
      aria-label={`Filter ${props.name}`}
      placeholder="Filter ( / )"
      autocomplete="off"
      spellcheck={false}
      value={props.value}
      onInput={(event) => props.set(event.currentTarget.value)}
      onKeyDown={press}
    />
  );
}
