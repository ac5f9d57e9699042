// The views of the page. One with `key` is in the navigation, in this order; the others are reached from them.
// A new view is a component in views/ that takes `{ subject }`, and a line here.

import type { ComponentType } from "preact";
import { CallsView } from "./views/Calls";
import { EventsView } from "./views/Events";
import { NodesView } from "./views/Nodes";
import { PoolView } from "./views/Pool";
import { PoolsView } from "./views/Pools";
import { SessionsView } from "./views/Sessions";
import { TerminalsView } from "./views/Terminals";
import { WorkerView } from "./views/Worker";
import { WorkerLogsView } from "./views/WorkerLogs";
import { WorkersView } from "./views/Workers";

export interface View {
  id: string;
  title: string;
  /** The key that leads there. */
  key?: string;
  /** Which of the navigation it belongs to, if it is not there itself. */
  within?: string;
  /** A list with one of its things beside it: another subject changes it, and does not begin it anew. */
  split?: boolean;
  component: ComponentType<{ subject: string }>;
}

export const views: readonly View[] = [
  { id: "pools", title: "Pools", key: "1", component: PoolsView },
  { id: "pool", title: "Pool", within: "pools", component: PoolView },
  { id: "workers", title: "Workers", key: "2", component: WorkersView },
  { id: "worker", title: "Worker", within: "workers", component: WorkerView },
  { id: "log", title: "Log", within: "workers", component: WorkerLogsView },
  { id: "calls", title: "Calls", key: "3", split: true, component: CallsView },
  { id: "terminals", title: "Terminals", key: "4", component: TerminalsView },
  { id: "events", title: "Events", key: "5", split: true, component: EventsView },
  { id: "nodes", title: "Nodes", key: "6", split: true, component: NodesView },
  { id: "sessions", title: "Sessions", key: "7", split: true, component: SessionsView },
];
