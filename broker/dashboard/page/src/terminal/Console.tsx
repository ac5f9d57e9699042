// One terminal, large: what it shows, what is known of it, and typing into it.

import { useRef, useState } from "preact/hooks";
import { useApp, useKeys, useLook, useTitle } from "../app";
import { Badge } from "../components/Badge";
import { Fact, Facts } from "../components/Fact";
import { Failure } from "../components/Failure";
import { OrderButton } from "../components/OrderButton";
import { duration, plural } from "../formats";
import { href } from "../route";
import { at } from "../orders";
import { isSpawned, poolOf, stateOf, type Agent, type PendingMessage } from "./agents";
import { changeMode, endProgram, flushPending, takeSize } from "./terminal_orders";
import { useScreen } from "./useScreen";
import { roomFor, useSize } from "./useSize";

function Pending({ agent }: { agent: Agent }) {
  const look = useLook<{ pending: PendingMessage[] }>("pending", { name: agent.name });
  const messages = look.value.value?.pending ?? [];
  return (
    <section aria-label="Messages that wait">
      <h2>{plural(agent.pending_messages, "message")} waiting</h2>
      <OrderButton order={flushPending(agent)} />
      <ul class="pending">
        {messages.map((message) => (
          <li key={message.event_id}>
            <span class="quiet">{message.from || "nobody"}:</span> {message.body}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Known({ agent, mine }: { agent: Agent; mine: boolean }) {
  const { word, tone } = stateOf(agent);
  const owner = mine ? "this page" : (agent.driver ?? "nobody");
  return (
    <Facts>
      <Fact name="state"><Badge state={word} tone={tone} /></Fact>
      <Fact name="pool">{isSpawned(agent) ? "started by request" : <a href={href("pool", poolOf(agent))}>{poolOf(agent)}</a>}</Fact>
      <Fact name="program">{[agent.cli, ...agent.args].join(" ").slice(0, 200)}</Fact>
      <Fact name="pid">{agent.pid}</Fact>
      <Fact name="up">{duration(agent.uptime_secs * 1000)}</Fact>
      <Fact name="size">{agent.rows} × {agent.cols}</Fact>
      <Fact name="size decided by">{owner}</Fact>
      <Fact name="messages">{agent.delivery_mode === "manual_flush" ? "wait for a flush" : "typed by themselves"}</Fact>
    </Facts>
  );
}

export function Console({ name }: { name: string }) {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLAnchorElement>(null);
  useTitle(`${name} · terminal`);
  const look = useLook<Agent>("info", { name });
  const agent = look.value.value;
  const screen = useScreen(name, box, () => back.current?.focus());
  const terminal = screen.terminal.value;
  const { client, mine } = useSize(agent, terminal, box);
  const [aloud, setAloud] = useState(false);
  if (terminal) terminal.options.screenReaderMode = aloud;
  useKeys({ Escape: () => app.router.go("terminals") });
  const readOnly = app.wire.readOnly.value;

  // Beside the rows is the terminal, too.
  const enter = (event: MouseEvent) => {
    if (event.target !== box.current) return;
    event.preventDefault();
    terminal?.focus();
  };
  const take = () => {
    const room = terminal && roomFor(terminal);
    if (agent && room) app.orders.give(takeSize(agent, room, client));
  };
  const release = () => void app.orders.request("POST", at`api/resize/${name}`, { release: true, session_id: client });
  return (
    <article class="console">
      <div class="console-head">
        <a ref={back} href={href("terminals")}>All terminals</a>
        <h1>{name}</h1>
        {agent && !readOnly && (
          <div class="orders">
            <button type="button" disabled={app.wire.state.value !== "open"} onClick={mine ? release : take}>
              {mine ? "Give the size back" : "Take the size"}
            </button>
            <OrderButton order={changeMode(agent)} />
            <OrderButton order={endProgram(agent)} />
          </div>
        )}
      </div>
      <Failure error={look.error.value} />
      {agent && <Known agent={agent} mine={mine} />}
      {agent && agent.pending_messages > 0 && <Pending agent={agent} />}
      {screen.problem.value && <p class="failure" role="alert">No screen: {screen.problem.value}</p>}
      <p class="quiet">
        {readOnly ? "This key may only look: nothing is typed. " : "What you type goes to the program. Ctrl-] leads out of the terminal. "}
        <label class="check">
          <input type="checkbox" checked={aloud} onChange={(event) => setAloud(event.currentTarget.checked)} />
          for a screen reader
        </label>
      </p>
      <div class="large" ref={box} data-keys="own" role="group" aria-label={`Screen of ${name}`} onMouseDown={enter} />
    </article>
  );
}
