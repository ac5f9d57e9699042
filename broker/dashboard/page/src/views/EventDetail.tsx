// One event: what it is about, and all its members as JSON.

import { Fact, Facts } from "../components/Fact";
import { clockOf, type EventRow } from "./event_tail";
import { subjectMember } from "./event_kinds";
import { href } from "../route";

const views = { worker: "worker", pool: "pool", name: "terminals", session_id: "sessions", node: "nodes" } as const;

export function EventDetail({ row }: { row: EventRow | null }) {
  if (!row) return <p class="quiet">This event is no longer kept, or not of the kinds that are asked for.</p>;
  const { event } = row;
  const links = Object.entries(views).flatMap(([member, view]) => {
    const name = event[member];
    return typeof name === "string" && name !== "" ? [{ member, view, name }] : [];
  });
  return (
    <>
      <Facts>
        <Fact name="kind">{event.kind}</Fact>
        <Fact name="severity">{row.severity}</Fact>
        <Fact name="time">
          <time title={event.time}>{clockOf(event) || "–"}</time>
        </Fact>
        <Fact name="number">{event.seq}</Fact>
        {links.map((link) => (
          <Fact key={link.member} name={link.member === "session_id" ? "session" : link.member}>
            <a href={href(link.view, link.name)}>{link.name}</a>
          </Fact>
        ))}
      </Facts>
      {row.line !== "" && <p class={`said of-${row.severity}`}>{row.line}</p>}
      <h3>As JSON</h3>
      <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
      {subjectMember(event) !== null && (
        <p>
          <a href={href("events", "", { filter: row.subject })}>Events of {row.subject}</a>
        </p>
      )}
    </>
  );
}
