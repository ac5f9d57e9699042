// All terminals, those that wait for a person first. Only screens that are in view are live.

import { useEffect, useMemo, useRef } from "preact/hooks";
import { useApp, useKeys, useLook, useTitle } from "../app";
import { Badge } from "../components/Badge";
import { Failure } from "../components/Failure";
import { Filter } from "../components/Filter";
import { duration, plural } from "../formats";
import { href } from "../route";
import { needOf, ordered, poolOf, stateOf, type Agent } from "./agents";
import { LiveSlots } from "./live_slots";
import { Screen } from "./Screen";
import { SpawnButton } from "./Spawn";

const mostLive = 24;

function Tile({ agent, slots }: { agent: Agent; slots: LiveSlots }) {
  const { name } = agent;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!item.current) return;
    const seen = new IntersectionObserver(([entry]) => (entry?.isIntersecting ? slots.ask(name) : slots.leave(name)));
    seen.observe(item.current);
    return () => {
      seen.disconnect();
      slots.leave(name);
    };
  }, [name, slots]);
  const { word, tone } = stateOf(agent);
  return (
    <li ref={item} class={`tile ${needOf(agent)}`}>
      <div class="tile-head">
        <a href={href("terminals", name)}>{name}</a>
        <Badge state={word} tone={tone} />
      </div>
      {slots.live.value.has(name) ? <Screen name={name} /> : <div class="screen" />}
      <div class="tile-foot quiet">
        <span>{poolOf(agent)}</span>
        <span>{agent.model ?? agent.cli}</span>
        <span>up {duration(agent.uptime_secs * 1000)}</span>
        {agent.driver && <span>sized by {agent.driver}</span>}
      </div>
    </li>
  );
}

export function Wall() {
  const { router } = useApp();
  const look = useLook<{ agents: Agent[] }>("spawned");
  const slots = useMemo(() => new LiveSlots(mostLive), []);
  const field = useRef<HTMLInputElement>(null);
  useTitle("Terminals");
  useKeys({ "/": () => field.current?.focus() });
  const agents = look.value.value?.agents;
  const filter = router.route.value.params.filter ?? "";
  const shown = ordered(agents ?? [], filter);
  const waiting = shown.filter((agent) => needOf(agent) !== "none").length;
  return (
    <>
      <div class="heading">
        <h1>Terminals</h1>
      </div>
      <Failure error={look.error.value} />
      <div class="filters">
        <Filter field={field} name="terminals" value={filter} set={(text) => router.set("filter", text)} />
        <span class="quiet" role="status">
          {agents && `${plural(shown.length, "terminal")}, ${waiting} waiting for somebody`}
          {slots.live.value.size >= mostLive && `; at most ${mostLive} are shown live`}
        </span>
        <SpawnButton />
      </div>
      {agents && shown.length === 0 && (
        <p class="empty">{filter ? `Nothing matches “${filter}”.` : "No program runs on a terminal."}</p>
      )}
      <ul class="wall">
        {shown.map((agent) => (
          <Tile key={agent.name} agent={agent} slots={slots} />
        ))}
      </ul>
    </>
  );
}
