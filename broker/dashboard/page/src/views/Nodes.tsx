// The nodes of the cluster as this node sees them, and what runs where.

import { useApp, useLook, useTitle } from "../app";
import { stateColumn } from "../components/columns";
import { Failure } from "../components/Failure";
import { Split } from "../components/Split";
import { Table, type Column } from "../components/Table";
import { Since } from "../components/Age";
import { count, latency, plural } from "../formats";
import { href } from "../route";
import { drainNode } from "../call_orders";
import { LoadMatrix } from "./LoadMatrix";
import { NodeDetail } from "./NodeDetail";
import { drainEffect, loadOf, orderNodes, tellsLoad, type Node } from "./node_matrix";
import type { Order } from "../orders";

const columns: readonly Column<Node>[] = [
  {
    id: "node",
    head: "Node",
    card: "title",
    cell: (node) => (
      <>
        <b>{node.name}</b>
        {node.self && <span class="quiet"> this node</span>}
      </>
    ),
    by: (node) => node.name,
  },
  stateColumn((node) => node.state),
  { id: "since", head: "Since", cell: (node) => <Since time={node.since} />, by: (node) => node.since },
  {
    id: "rtt",
    head: "Round trip",
    number: true,
    cell: (node) => (node.self ? "–" : latency(node.rtt_ms)),
    by: (node) => node.rtt_ms,
  },
  { id: "running", head: "Running", number: true, cell: (node) => count(loadOf(node)?.running), by: (node) => loadOf(node)?.running },
  { id: "waiting", head: "Waiting", number: true, cell: (node) => count(loadOf(node)?.waiting), by: (node) => loadOf(node)?.waiting },
  { id: "pools", head: "Pools", number: true, cell: (node) => count(loadOf(node)?.pools), by: (node) => loadOf(node)?.pools },
  { id: "version", head: "Version", cell: (node) => node.version || "–", by: (node) => node.version },
  { id: "address", head: "Address", grows: true, card: "wide", cell: (node) => node.address ?? "–", by: (node) => node.address },
];

/** Takes a node out; says which calls, sessions and pages that concerns. */
export function drainOf(node: Node, nodes: readonly Node[]): Order {
  return { ...drainNode(node.name, loadOf(node)?.running ?? 0), will: drainEffect(node, nodes).join(" ") };
}

export function NodesView({ subject }: { subject: string }) {
  const { router } = useApp();
  const { params } = router.route.value;
  useTitle(subject ? `Node ${subject}` : "Nodes");
  const look = useLook<Node[]>("nodes");
  const nodes = look.value.value && orderNodes(look.value.value);
  const one = nodes?.find((node) => node.name === subject) ?? null;
  const down = nodes?.filter((node) => node.state !== "up").length ?? 0;

  return (
    <Split
      title={subject}
      close={() => router.go("nodes", "", params)}
      detail={subject === "" ? null : <NodeDetail node={one} nodes={nodes} />}
    >
      <div class="heading">
        <h1>Nodes</h1>
        {nodes && nodes.length > 1 && (
          <p class="quiet">
            {plural(nodes.length, "node")}, {down === 0 ? "all up" : `${down} not up`}
          </p>
        )}
      </div>
      <Failure error={look.error.value} />
      {nodes?.length === 1 && (
        <p class="notice">
          This node knows no other: it is alone. A node with “listen” in [cluster] of its configuration joins others.
        </p>
      )}
      <Table
        name="Nodes"
        rows={nodes}
        id={(node) => node.name}
        columns={columns}
        open={(node) => href("nodes", node.name, params)}
        keys={{ D: (node) => (node.state === "up" ? drainOf(node, nodes ?? []) : null) }}
        tone={(node) => (node.name === subject ? "current" : node.state === "down" ? "bad" : "")}
        empty="The node lists no node."
      />
      {nodes && (
        <>
          <h2>Load</h2>
          <LoadMatrix nodes={nodes.filter(tellsLoad)} />
        </>
      )}
    </Split>
  );
}
