// The large screen: follows what its program prints, and types what a person types.

import type { Terminal } from "@xterm/xterm";
import { signal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useApp, type App } from "../app";
import { inParts } from "./agents";
import { Follower, type Snapshot } from "./follower";
import { openTerminal, redraw } from "./xterm";
import { at } from "../orders";

const kinds = ["worker_stream", "agent_resized", "worker_ready", "agent_spawned"];
/** Lines that can be scrolled back to. */
const scrollback = 2000;

export interface LargeScreen {
  terminal: Signal<Terminal | null>;
  /** Why nothing is drawn, or null. */
  problem: Signal<string | null>;
}

function follow(app: App, name: string, terminal: Terminal, problem: LargeScreen["problem"]): () => void {
  const follower = new Follower({
    snapshot: async () => {
      const answer = await app.orders.request("GET", `${at`api/spawned/${name}/snapshot`}?format=ansi&scrollback=${scrollback}`);
      if ("fault" in answer) throw new Error(answer.fault.message || answer.fault.code);
      return answer.value as unknown as Snapshot;
    },
    show: (rows, cols, bytes) => redraw(terminal, rows, cols, bytes),
    draw: (bytes) => terminal.write(bytes),
    problem: (reason) => (problem.value = reason),
  });
  const filter = { kinds, workers: [name] };
  const end = app.wire.follow(filter, (events) => events.forEach((event) => follower.take(event)));
  // A new connection, or a tab that is seen again, may have missed something.
  const reconnected = app.wire.hello.subscribe(() => follower.refresh());
  const seen = () => !document.hidden && follower.refresh();
  document.addEventListener("visibilitychange", seen);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    reconnected();
    end();
    follower.end();
  };
}

function typeInto(app: App, name: string, terminal: Terminal): void {
  let told = false; // one message for all the input that does not arrive
  const send = async (text: string) => {
    const fault = await app.wire.input(name, text);
    if (fault && !told) app.toasts.show({ text: `${name} does not get what is typed: ${fault.message || fault.code}`, state: "bad" });
    told = fault !== null;
  };
  terminal.onData((text) => inParts(text).forEach((part) => void send(part)));
  // Positions of the mouse in the old form are bytes, not text.
  terminal.onBinary((bytes) => void app.orders.request("POST", at`api/input/${name}`, { data_base64: btoa(bytes) }));
}

/** @param leave Called for the key that leads out of the terminal. */
export function useScreen(name: string, parent: RefObject<HTMLElement | null>, leave: () => void): LargeScreen {
  const app = useApp();
  const screen = useMemo<LargeScreen>(() => ({ terminal: signal(null), problem: signal(null) }), []);
  const readOnly = app.wire.readOnly.value;
  useEffect(() => {
    if (!parent.current) return;
    const terminal = openTerminal(parent.current, { disableStdin: readOnly, scrollback, cursorBlink: !readOnly });
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== "]" || !event.ctrlKey) return true;
      if (event.type === "keydown") leave();
      event.preventDefault();
      return false;
    });
    if (!readOnly) {
      typeInto(app, name, terminal);
      terminal.focus();
    }
    const end = follow(app, name, terminal, screen.problem);
    screen.terminal.value = terminal;
    return () => {
      end();
      screen.terminal.value = null;
      terminal.dispose();
    };
  }, [app, name, readOnly]);
  return screen;
}
