// Asks for the key of the node, and says so if the last one was wrong.

import { useEffect, useRef, useState } from "preact/hooks";

export function KeyForm({ wrong, enter }: { wrong: boolean; enter: (key: string) => void }) {
  const [key, setKey] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main class="key">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key) enter(key);
        }}
      >
        <h1>Troupe</h1>
        {wrong && (
          <p class="failure" role="alert">
            The node does not know this key. After a restart it may have another one.
          </p>
        )}
        <label for="key">Key of the node</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          ref={field}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button type="submit" class="first" disabled={!key}>
          Look
        </button>
        <p class="quiet">
          <code>troupe dashboard</code> prints an address with the key. The page keeps it in memory only, until it is
          loaded again or closed.
        </p>
      </form>
    </main>
  );
}
