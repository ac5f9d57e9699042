// What all components share, and the hooks by which they look at the node.
//
//   const app = useApp();                            wire, router, toasts, dialogs, keys, clock, theme: see App
//   const pools = useLook<Pool[]>("pools");          asked once a second while the component is there
//   const log = useLook<…>("log", { name }, { everyS: 2, without: ["uptime_ms"] });
//   pools.value.value, pools.error.value             reading them renders the component again when they change
//   useLook(null)                                    watches nothing
//   useEvents({ kinds: […] }, (events) => …)         events as they come; the filter is compared by its content
//   useKeys({ l: () => … })                          keys while the component is there; see keys.ts
//   useTitle("text.0 · worker")                      the title of the page

import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { signal } from "@preact/signals";
import type { Event } from "./answers";
import type { Dialogs } from "./dialogs";
import type { KeyMap, Keys } from "./keys";
import type { EventFilter, Look, LookOptions } from "./looks";
import type { Orders } from "./orders";
import type { Router } from "./route";
import type { Theme } from "./theme";
import type { Toasts } from "./toasts";
import type { Wire } from "./wire";

export interface App {
  readonly wire: Wire;
  readonly router: Router;
  readonly orders: Orders;
  readonly toasts: Toasts;
  readonly dialogs: Dialogs;
  readonly keys: Keys;
  readonly theme: Theme;
  /** Date.now() of this second: read it to render again each second, as for an age. */
  readonly clock: ReadonlySignal<number>;
  /** The name of what is shown, for the title of the page. */
  readonly title: Signal<string>;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("a component stands outside of AppContext");
  return app;
}

const nothing: Look<never> = { value: signal(null), error: signal(null) };

export function useLook<Value>(ask: string | null, payload: unknown = {}, options: LookOptions = {}): Look<Value> {
  const { wire } = useApp();
  const question = JSON.stringify([payload, options]);
  const look = useMemo(() => {
    const [asked, how] = JSON.parse(question) as [unknown, LookOptions];
    return ask === null ? (nothing as Look<Value>) : wire.look<Value>(ask, asked, how);
  }, [wire, ask, question]);
  useEffect(() => (ask === null ? undefined : wire.hold(look)), [wire, ask, look]);
  return look;
}

export function useEvents(filter: EventFilter, take: (events: readonly Event[]) => void): void {
  const { wire } = useApp();
  const latest = useRef(take);
  latest.current = take;
  const wanted = JSON.stringify(filter);
  useEffect(() => wire.follow(JSON.parse(wanted) as EventFilter, (events) => latest.current(events)), [wire, wanted]);
}

/**
 * Inner components come before outer ones, and later ones before earlier ones: the keys of a table are before those of the
 * shell. They come and go with the component, not after it was painted: a key that is pressed meanwhile is for what is
 * there.
 */
export function useKeys(map: KeyMap): void {
  const { keys } = useApp();
  const latest = useRef(map);
  latest.current = map;
  const rank = useMemo(() => keys.rank(), [keys]); // outer components are drawn before inner ones
  useLayoutEffect(() => keys.add(rank, () => latest.current), [keys, rank]);
}

export function useTitle(name: string): void {
  const { title } = useApp();
  useEffect(() => {
    title.value = name;
  }, [title, name]);
}
