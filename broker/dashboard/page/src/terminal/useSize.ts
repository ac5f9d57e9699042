// The size of the large screen. While another client decides it, the letters are made so small that all
// columns are seen. While this page decides it, the program gets as many rows and columns as there is room for.

import { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp, type App } from "../app";
import { at } from "../orders";
import type { Agent } from "./agents";
import { tabId, type Size } from "./terminal_orders";

const usualFont = 13;
const smallestFont = 6;
/** A client that is not heard of for five minutes loses the size. */
const heartbeatMs = 60_000;
/** A window that is being drawn larger changes its size many times a second. */
const settleMs = 200;

/** How many rows and columns of the usual size there is room for. */
export function roomFor(terminal: Terminal): Size | null {
  terminal.options.fontSize = usualFont;
  const fit = new FitAddon();
  fit.activate(terminal);
  const room = fit.proposeDimensions();
  return room && room.rows > 1 && room.cols > 1 ? { rows: room.rows, cols: room.cols } : null;
}

function shrinkLetters(terminal: Terminal, box: HTMLElement): void {
  const screen = terminal.element?.querySelector<HTMLElement>(".xterm-screen");
  if (!screen?.offsetWidth) return;
  const font = terminal.options.fontSize ?? usualFont;
  const fitting = Math.floor((font * box.clientWidth) / screen.offsetWidth * 2) / 2;
  const next = Math.max(smallestFont, Math.min(usualFont, fitting));
  if (next !== font) terminal.options.fontSize = next;
}

function tell(app: App, name: string, body: { [member: string]: number | string | boolean }): void {
  void app.orders.request("POST", at`api/resize/${name}`, { ...body, session_id: tabId });
}

/** Sends this page's size while it decides, and gives the size back in the end. */
function drive(app: App, name: string, terminal: Terminal, box: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const send = () => {
    const room = roomFor(terminal);
    if (room) tell(app, name, { ...room });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, settleMs);
  };
  const sizes = new ResizeObserver(later);
  sizes.observe(box);
  const beat = setInterval(send, heartbeatMs);
  const release = () => tell(app, name, { release: true });
  addEventListener("pagehide", release);
  return () => {
    clearTimeout(timer);
    clearInterval(beat);
    sizes.disconnect();
    removeEventListener("pagehide", release);
    release();
  };
}

export function useSize(agent: Agent | null, terminal: Terminal | null, box: RefObject<HTMLElement | null>): { mine: boolean } {
  const app = useApp();
  const mine = agent?.driver === tabId;
  const name = agent?.name ?? "";
  const latest = useRef(app);
  latest.current = app;
  useEffect(() => {
    if (!terminal || !box.current || !name) return;
    const outside = box.current;
    if (mine) return drive(latest.current, name, terminal, outside);
    const shrink = () => shrinkLetters(terminal, outside);
    const sizes = new ResizeObserver(shrink);
    sizes.observe(outside);
    const resized = terminal.onResize(() => requestAnimationFrame(shrink));
    return () => {
      sizes.disconnect();
      resized.dispose();
    };
  }, [terminal, mine, name]);
  return { mine };
}
