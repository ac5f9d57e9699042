// What runs where: pools by nodes. Pure.

export interface NodeLoad {
  free: number;
  waiting: number;
  running: number;
  size: number;
}

export interface Node {
  name: string;
  state: "up" | "suspect" | "down" | "leaving";
  self: boolean;
  version: string;
  address?: string;
  url?: string;
  since?: string;
  uptime_ms?: number;
  /** Null for this node, and for one that is down. */
  rtt_ms?: number | null;
  pools?: { [pool: string]: NodeLoad };
  clients?: { [front: string]: { open: number; most: number; refused: number } };
}

/** One pool at one node; null if the node does not run it. */
export type Cell = (NodeLoad & { utilisation: number; level: "idle" | "busy" | "full" | "over" }) | null;

export interface MatrixRow {
  pool: string;
  cells: Cell[];
  running: number;
  waiting: number;
  size: number;
}

/** Returns whether the node says what it does. Of one that is down, it is only known what it did. */
export function tellsLoad(node: Node): boolean {
  return node.state !== "down" && node.pools !== undefined;
}

/** Returns what all pools of a node do; null if it is not known. */
export function loadOf(node: Node): { running: number; waiting: number; pools: number } | null {
  if (!tellsLoad(node)) return null;
  const pools = Object.values(node.pools ?? {});
  return {
    running: pools.reduce((all, pool) => all + pool.running, 0),
    waiting: pools.reduce((all, pool) => all + pool.waiting, 0),
    pools: pools.length,
  };
}

export function cellOf(load: NodeLoad | undefined): Cell {
  if (!load) return null;
  const utilisation = load.size > 0 ? Math.min(1, load.running / load.size) : 0;
  const full = load.free <= 0 && load.size > 0;
  const level = load.waiting > 0 ? "over" : full ? "full" : load.running > 0 ? "busy" : "idle";
  return { ...load, utilisation, level };
}

/** Returns a row for each pool that any node runs, by name; its cells are in the order of the nodes. They tell their load. */
export function matrixOf(nodes: readonly Node[]): MatrixRow[] {
  const pools = [...new Set(nodes.flatMap((node) => Object.keys(node.pools ?? {})))].sort();
  return pools.map((pool) => {
    const cells = nodes.map((node) => cellOf(node.pools && Object.hasOwn(node.pools, pool) ? node.pools[pool] : undefined));
    const sum = (read: (load: NodeLoad) => number) => cells.reduce((all, cell) => all + (cell ? read(cell) : 0), 0);
    return { pool, cells, running: sum((c) => c.running), waiting: sum((c) => c.waiting), size: sum((c) => c.size) };
  });
}

const states: readonly Node["state"][] = ["down", "suspect", "leaving", "up"];

/** Returns this node first, then those with a problem, then the others by name. */
export function orderNodes(nodes: readonly Node[]): Node[] {
  return [...nodes].sort(
    (a, b) =>
      Number(b.self) - Number(a.self) ||
      states.indexOf(a.state) - states.indexOf(b.state) ||
      a.name.localeCompare(b.name),
  );
}

/** Returns what it does to take a node out, in words: sentence by sentence. */
export function drainEffect(node: Node, nodes: readonly Node[]): string[] {
  const others = nodes.filter((other) => other.name !== node.name && other.state === "up");
  const elsewhere = new Set(others.flatMap((other) => Object.keys(other.pools ?? {})));
  const only = Object.keys(node.pools ?? {}).filter((pool) => !elsewhere.has(pool)).sort();
  const { running, waiting } = loadOf(node) ?? { running: 0, waiting: 0 };
  const effects = [
    `${node.name} takes no more calls, finishes those that it runs (${running} now), and stops. It does not start again by itself.`,
  ];
  if (others.length > 0)
    effects.push(`Calls that wait there (${waiting} now) go to the other nodes that run their pool.`);
  if (only.length > 0)
    effects.push(`No other node runs ${only.join(", ")}: calls that wait for ${only.length > 1 ? "them" : "it"} end with “shutting_down”.`);
  effects.push("Paused sessions whose workers end with it are lost.");
  if (node.self) effects.push("This page is served by this node, and goes with it.");
  return effects;
}
