// The responses that a paused session waits for, one form for each query.

import { useState } from "preact/hooks";
import { useApp } from "../app";
import { respond } from "../session_orders";
import { readResponse, type Query, type Session } from "./session_record";

function Reply({ session, query }: { session: string; query: Query }) {
  const { orders, wire } = useApp();
  const [text, setText] = useState("");
  const [asJson, setAsJson] = useState(false);
  const [sent, setSent] = useState(false);
  const read = readResponse(text, asJson);
  const mistake = asJson && text !== "" && "mistake" in read ? read.mistake : "";

  const submit = async (event: Event) => {
    event.preventDefault();
    if (!("value" in read) || sent) return;
    setSent(true);
    if (await orders.send(respond(session, query.id, read.value))) setText("");
    setSent(false);
  };

  return (
    <form class="reply" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{query.prompt}</span>
        <textarea
          rows={2}
          value={text}
          spellcheck={!asJson}
          aria-invalid={mistake !== ""}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void submit(event)}
        />
      </label>
      {mistake !== "" && <p class="mistake">{mistake}</p>}
      <p class="orders">
        <button type="submit" disabled={sent || text === "" || mistake !== "" || wire.state.value !== "open"}>
          Respond
        </button>
        <label class="check">
          <input type="checkbox" checked={asJson} onChange={(event) => setAsJson(event.currentTarget.checked)} />
          as JSON
        </label>
      </p>
    </form>
  );
}

export function SessionReply({ session, queries }: { session: Session; queries: readonly Query[] }) {
  const { wire } = useApp();
  if (queries.length === 0) return null;
  if (wire.readOnly.value) return <p class="quiet">The session waits for a response.</p>;
  return (
    <section aria-label="Responses">
      <h3>It waits for {queries.length === 1 ? "a response" : `${queries.length} responses`}</h3>
      {queries.map((query) => (
        <Reply key={`${query.id} ${query.prompt}`} session={session.session_id} query={query} />
      ))}
    </section>
  );
}
