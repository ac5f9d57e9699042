// The size of the large screen. While another client decides it, the letters are made so small that all
// columns are seen. While this page decides it, the program gets as many rows and columns as there is room for.

import { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp, type App } from "../app";
import { at } from "../orders";
import type { Agent } from "./agents";
import { clientName, type Size } from "./terminal_orders";

const usualFont = 13;
const smallestFont = 6;
/** A client that is not heard of for five minutes loses the size. */
const heartbeatMs = 60_000;
/** A window that is being drawn larger changes its size many times a second. */
const settleMs = 200;

/** How many rows and columns of the usual size there is room for; about so many if the letters are smaller now. */
export function roomFor(terminal: Terminal): Size | null {
  const fit = new FitAddon();
  fit.activate(terminal);
  const room = fit.proposeDimensions();
  if (!room) return null;
  const part = (terminal.options.fontSize ?? usualFont) / usualFont;
  const [rows, cols] = [Math.floor(room.rows * part), Math.floor(room.cols * part)];
  return rows > 1 && cols > 1 ? { rows, cols } : null;
}

function shrinkLetters(terminal: Terminal, box: HTMLElement): void {
  const screen = terminal.element?.querySelector<HTMLElement>(".xterm-screen");
  if (!screen?.offsetWidth) return;
  const font = terminal.options.fontSize ?? usualFont;
  const fitting = Math.floor((font * box.clientWidth) / screen.offsetWidth * 2) / 2;
  const next = Math.max(smallestFont, Math.min(usualFont, fitting));
  if (next !== font) terminal.options.fontSize = next;
}

function tell(app: App, name: string, client: string, body: { [member: string]: number | string | boolean }): void {
  // `keepalive`: it is sent when the page is closed, too.
  void app.orders.request("POST", at`api/resize/${name}`, { ...body, session_id: client }, { keepalive: true });
}

/** Sends this page's size while it decides, and gives the size back in the end. */
function drive(app: App, name: string, client: string, terminal: Terminal, box: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  terminal.options.fontSize = usualFont;
  const send = () => {
    const room = roomFor(terminal);
    if (room) tell(app, name, client, { ...room });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, settleMs);
  };
  const sizes = new ResizeObserver(later);
  sizes.observe(box);
  const beat = setInterval(send, heartbeatMs);
  const release = () => tell(app, name, client, { release: true });
  addEventListener("pagehide", release);
  return () => {
    clearTimeout(timer);
    clearInterval(beat);
    sizes.disconnect();
    removeEventListener("pagehide", release);
    release();
  };
}

export interface SizeOwner {
  /** The name under which this view decides the size. */
  client: string;
  mine: boolean;
}

export function useSize(agent: Agent | null, terminal: Terminal | null, box: RefObject<HTMLElement | null>): SizeOwner {
  const app = useApp();
  // Another one each time that a terminal is opened: an answer from before the size was given back would have it
  // taken again, without a question.
  const [client] = useState(clientName);
  const mine = agent?.driver === client;
  const name = agent?.name ?? "";
  const latest = useRef(app);
  latest.current = app;
  useEffect(() => {
    if (!terminal || !box.current || !name) return;
    const outside = box.current;
    if (mine) return drive(latest.current, name, client, terminal, outside);
    const shrink = () => shrinkLetters(terminal, outside);
    const sizes = new ResizeObserver(shrink);
    sizes.observe(outside);
    const resized = terminal.onResize(() => requestAnimationFrame(shrink));
    return () => {
      sizes.disconnect();
      resized.dispose();
    };
  }, [terminal, mine, name, client]);
  return { client, mine };
}
