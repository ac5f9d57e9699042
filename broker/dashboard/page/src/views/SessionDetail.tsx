// One session: its facts, its record as a conversation, and what it waits for.

import { useLook } from "../app";
import type { Json } from "../answers";
import { stopSession } from "../call_orders";
import { Badge } from "../components/Badge";
import { Fact, Facts } from "../components/Fact";
import { Failure } from "../components/Failure";
import { OrderButton } from "../components/OrderButton";
import { clockTime, duration, fullTime } from "../formats";
import { href } from "../route";
import { SessionReply } from "./SessionReply";
import { conversation, openQueries, type RecordEntry, type Session, type Turn } from "./session_record";

interface Recorded {
  session_id: string;
  state: Session["state"];
  history: RecordEntry[];
}

function Value({ value }: { value: Json }) {
  return typeof value === "string" ? <p class="said">{value}</p> : <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>;
}

function TurnView({ turn }: { turn: Turn }) {
  const who = turn.side === "node" ? "Session" : turn.side === "client" ? "Client" : "Worker";
  return (
    <li class={`turn ${turn.side} ${turn.problem ? "problem" : ""}`}>
      <p class="head">
        <b>{who}</b> {turn.title}
        <time dateTime={new Date(turn.at).toISOString()} title={fullTime(turn.at)}>
          {clockTime(turn.at)}
        </time>
      </p>
      {turn.to !== "" && <p class="to">to “{turn.to}”</p>}
      {turn.queries.map((query, i) => (
        <div key={i} class="query">
          <p class="said">{query.prompt}</p>
          {query.more.length > 0 && (
            <p class="quiet">{query.more.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ")}</p>
          )}
        </div>
      ))}
      {turn.body !== undefined && <Value value={turn.body} />}
    </li>
  );
}

export function SessionDetail({ id, session }: { id: string; session: Session | null }) {
  const look = useLook<Recorded>("session.history", { name: id });
  const recorded = look.value.value;
  const history = recorded?.history ?? [];
  const state = session?.state ?? recorded?.state;
  return (
    <>
      {state && (
        <p class="orders">
          <Badge state={state} />
          <OrderButton order={stopSession(id, state)} />
        </p>
      )}
      {session && (
        <Facts>
          <Fact name="pool">
            <a href={href("pool", session.pool)}>{session.pool}</a>
          </Fact>
          <Fact name="worker">
            {session.worker == null ? "–" : <a href={href("worker", session.worker)}>{session.worker}</a>}
          </Fact>
          <Fact name="age">{duration(session.age_ms)}</Fact>
          <Fact name="idle">{duration(session.idle_ms)}</Fact>
        </Facts>
      )}
      <Failure error={session?.error ?? null} />
      <h3>Record</h3>
      <Failure error={look.error.value} />
      <ol class="conversation" aria-label="Record of the session">
        {conversation(history).map((turn, i) => (
          <TurnView key={i} turn={turn} />
        ))}
      </ol>
      {recorded && history.length === 0 && <p class="quiet">Nothing is on record.</p>}
      {session && <SessionReply session={session} queries={openQueries(session, history)} />}
    </>
  );
}
