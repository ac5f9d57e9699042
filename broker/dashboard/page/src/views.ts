// The views of the page. One with `key` is in the navigation, in this order; the others are reached from them.
// A new view is a component in views/ that takes `{ subject }`, and a line here.

import type { ComponentType } from "preact";
import { PoolView } from "./views/Pool";
import { PoolsView } from "./views/Pools";
import { WorkerView } from "./views/Worker";

export interface View {
  id: string;
  title: string;
  /** The key that leads there. */
  key?: string;
  /** Which of the navigation it belongs to, if it is not there itself. */
  within?: string;
  component: ComponentType<{ subject: string }>;
}

export const views: readonly View[] = [
  { id: "pools", title: "Pools", key: "1", component: PoolsView },
  { id: "pool", title: "Pool", within: "pools", component: PoolView },
  { id: "worker", title: "Worker", within: "pools", component: WorkerView },
];
