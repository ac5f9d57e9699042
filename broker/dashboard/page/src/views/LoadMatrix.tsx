// How busy each pool is at each node.

import type { JSX } from "preact";
import { href } from "../route";
import { matrixOf, type Cell, type Node } from "./node_matrix";

const meanings = { idle: "idle", busy: "busy", full: "full", over: "full, and calls wait" } as const;

function LoadCell({ cell, pool, node }: { cell: Cell; pool: string; node: Node }): JSX.Element {
  if (!cell)
    return (
      <td class="none">
        <span class="unseen">not at {node.name}</span>
      </td>
    );
  return (
    <td class={`load ${cell.level}`} title={meanings[cell.level]}>
      <a href={href("pool", node.self ? pool : `${pool}@${node.name}`)}>
        <span class="of">
          {cell.running}/{cell.size}
        </span>
        {cell.waiting > 0 && <span class="waits">+{cell.waiting}</span>}
        <span class="unseen">
          {" "}
          {pool} at {node.name}: {meanings[cell.level]}
        </span>
        <span class="bar" aria-hidden="true">
          <span style={{ width: `${Math.round(cell.utilisation * 100)}%` }} />
        </span>
      </a>
    </td>
  );
}

export function LoadMatrix({ nodes }: { nodes: readonly Node[] }) {
  const rows = matrixOf(nodes);
  if (rows.length === 0) return <p class="empty">No node runs a pool.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Load of the pools at the nodes">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">Pool</th>
            {nodes.map((node) => (
              <th key={node.name} scope="col" class={node.state}>
                {node.name}
                {node.state !== "up" && ` (${node.state})`}
              </th>
            ))}
            {nodes.length > 1 && <th scope="col">All</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.pool}>
              <th scope="row" title={row.pool}>
                {row.pool}
              </th>
              {row.cells.map((cell, i) => {
                const node = nodes[i];
                return node && <LoadCell key={node.name} cell={cell} pool={row.pool} node={node} />;
              })}
              {nodes.length > 1 && (
                <td class="sum">
                  {row.running}/{row.size}
                  {row.waiting > 0 && <span class="waits">+{row.waiting}</span>}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">Running calls of all slots; +n calls wait.</p>
    </div>
  );
}
