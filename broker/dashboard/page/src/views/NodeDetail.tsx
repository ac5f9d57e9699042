// One node: its facts, its pools with what an operator may do to them there, and the order that takes it out.

import { useLook } from "../app";
import type { Pool } from "../answers";
import { Badge } from "../components/Badge";
import { Fact, Facts } from "../components/Fact";
import { Failure } from "../components/Failure";
import { OrderButton } from "../components/OrderButton";
import { duration, fullTime, latency } from "../formats";
import { drainPool, resumePool } from "../pool_orders";
import { href } from "../route";
import { drainOf } from "./Nodes";
import type { Node } from "./node_matrix";

/** Names a pool at a node as the API does. */
function at(pool: Pool, node: Node): Pool {
  return node.self ? pool : { ...pool, name: `${pool.name}@${node.name}` };
}

function NodePools({ node }: { node: Node }) {
  const look = useLook<Pool[]>("pools", { cluster: true });
  const pools = (look.value.value ?? []).filter((pool) => pool.node === node.name).map((pool) => ({ here: pool.name, pool: at(pool, node) }));
  return (
    <>
      <Failure error={look.error.value} />
      <ul class="nodepools" aria-label={`Pools of ${node.name}`}>
        {pools.map(({ here, pool }) => (
          <li key={here}>
            <a href={href("pool", pool.name)}>{here}</a>
            <Badge state={pool.state} />
            <span class="quiet">
              {pool.workers}/{pool.size} workers
            </span>
            <OrderButton small order={pool.state === "drained" ? resumePool(pool) : drainPool(pool)} />
          </li>
        ))}
      </ul>
      {look.value.value && pools.length === 0 && <p class="quiet">It runs no pool, or does not answer.</p>}
    </>
  );
}

export function NodeDetail({ node, nodes }: { node: Node | null; nodes: readonly Node[] | null }) {
  if (!node) return <p class="quiet">{nodes === null ? "…" : "No node of this name is known here."}</p>;
  const clients = Object.entries(node.clients ?? {}).filter(([, front]) => front.open > 0 || front.refused > 0);
  return (
    <>
      <p class="orders">
        <Badge state={node.state} />
        {node.state === "up" && <OrderButton order={drainOf(node, nodes ?? [])} />}
      </p>
      <Facts>
        {node.since !== undefined && <Fact name={`${node.state} since`}>{fullTime(node.since).slice(0, 19)} UTC</Fact>}
        {node.uptime_ms != null && <Fact name="runs for">{duration(node.uptime_ms)}</Fact>}
        <Fact name="version">{node.version || "–"}</Fact>
        {!node.self && <Fact name="round trip">{latency(node.rtt_ms)}</Fact>}
        {node.address !== undefined && <Fact name="address">{node.address}</Fact>}
        {node.url !== undefined && <Fact name="url">{node.url}</Fact>}
        {clients.map(([front, { open, refused }]) => (
          <Fact key={front} name={`clients of ${front}`}>
            {open} open{refused > 0 && `, ${refused} refused`}
          </Fact>
        ))}
      </Facts>
      <h3>Pools</h3>
      {node.state === "down" ? <p class="quiet">The node is down.</p> : <NodePools node={node} />}
      {!node.self && (
        <p>
          <a href={href("events", "", { kinds: "nodes", filter: node.name })}>Events about {node.name}</a>
        </p>
      )}
    </>
  );
}
