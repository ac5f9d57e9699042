// Conversations with workers: those that wait for a response first, and the record of one.

import { useApp, useLook, useTitle } from "../app";
import { stopSession } from "../call_orders";
import { stateColumn } from "../components/columns";
import { Choice } from "../components/Choice";
import { Failure } from "../components/Failure";
import { Split } from "../components/Split";
import { Table, type Column } from "../components/Table";
import { duration, plural } from "../formats";
import { href } from "../route";
import { SessionDetail } from "./SessionDetail";
import { openQueries, resultOf, selectSessions, sessionText, type Session } from "./session_record";

/** Returns what the session waits for, or how it ended, in a line. */
function gist(session: Session): string {
  if (session.error != null) return `${session.error.code}: ${session.error.message}`;
  const [first, ...others] = openQueries(session);
  if (!first) return resultOf(session);
  return others.length > 0 ? `${first.prompt} (and ${others.length} more)` : first.prompt;
}

const columns: readonly Column<Session>[] = [
  stateColumn((one) => one.state),
  { id: "pool", head: "Pool", cell: (one) => one.pool, by: (one) => one.pool },
  { id: "worker", head: "Worker", cell: (one) => one.worker ?? "–", by: (one) => one.worker },
  { id: "age", head: "Age", number: true, cell: (one) => duration(one.age_ms), by: (one) => one.age_ms },
  {
    id: "idle",
    head: "Idle",
    about: "Since the last thing that happened in it",
    number: true,
    cell: (one) => duration(one.idle_ms),
    by: (one) => one.idle_ms,
  },
  { id: "queries", head: "Asked", about: "Queries of the worker so far", number: true, cell: (one) => one.queries, by: (one) => one.queries },
  { id: "gist", head: "Asks, or ended with", grows: true, card: "wide", cell: gist },
  { id: "id", head: "Session", card: "title", cell: (one) => <code>{one.session_id}</code>, by: (one) => one.session_id },
];

const states = ["paused", "running", "finished", "failed", "lost"];

export function SessionsView({ subject }: { subject: string }) {
  const { router } = useApp();
  const { params } = router.route.value;
  const state = states.includes(params.state ?? "") ? (params.state ?? "") : "";
  useTitle(subject || "Sessions");

  const look = useLook<Session[]>("session.list");
  const sessions = look.value.value;
  const one = sessions?.find((session) => session.session_id === subject) ?? null;
  const count = (wanted: string) => sessions?.filter((session) => session.state === wanted).length;
  const options = [
    { value: "", label: "All", count: sessions?.length },
    ...states.map((word) => ({ value: word, label: word.charAt(0).toUpperCase() + word.slice(1), count: count(word) })),
  ];

  return (
    <Split
      title={<code>{subject}</code>}
      close={() => router.go("sessions", "", params)}
      detail={subject === "" ? null : <SessionDetail key={subject} id={subject} session={one} />}
    >
      <div class="heading">
        <h1>Sessions</h1>
        <Choice name="State" value={state} options={options} set={(word) => router.set("state", word)} />
      </div>
      <Failure error={look.error.value} />
      <Table
        name="Sessions"
        rows={sessions && selectSessions(sessions, state)}
        id={(session) => session.session_id}
        columns={columns}
        text={sessionText}
        open={(session) => href("sessions", session.session_id, params)}
        keys={{ K: (session) => stopSession(session.session_id, session.state) }}
        tone={(session) => (session.session_id === subject ? "current" : "")}
        empty={
          state === ""
            ? "There are no sessions. A session is a conversation: its worker asks, and a client responds."
            : `No session is ${state} (of ${plural(sessions?.length ?? 0, "session")}).`
        }
      />
    </Split>
  );
}
