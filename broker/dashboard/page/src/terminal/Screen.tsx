// A screen of the wall: small, drawn again whenever the node's snapshot has changed, and only to be seen.

import type { Terminal } from "@xterm/xterm";
import { useEffect, useRef } from "preact/hooks";
import { useLook } from "../app";
import { bytesOf, type Snapshot } from "./follower";
import { openTerminal, redraw } from "./xterm";

/** Makes the drawn screen as large as the box allows. */
function fitInto(box: HTMLElement, frame: HTMLElement, terminal: Terminal): void {
  const screen = terminal.element?.querySelector<HTMLElement>(".xterm-screen");
  if (!screen?.offsetWidth || !screen.offsetHeight) return;
  const scale = Math.min(box.clientWidth / screen.offsetWidth, box.clientHeight / screen.offsetHeight);
  frame.style.transform = `scale(${scale})`;
}

export function Screen({ name }: { name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal | null>(null);
  const look = useLook<Snapshot>("snapshot", { name, format: "ansi" });
  const shown = look.value.value;

  useEffect(() => {
    if (!box.current || !frame.current) return;
    const [outside, inside] = [box.current, frame.current];
    const opened = openTerminal(inside, { disableStdin: true, scrollback: 0, cursorBlink: false });
    terminal.current = opened;
    const fit = () => fitInto(outside, inside, opened);
    const sizes = new ResizeObserver(fit);
    sizes.observe(outside);
    opened.onRender(fit);
    return () => {
      sizes.disconnect();
      terminal.current = null;
      opened.dispose();
    };
  }, []);

  useEffect(() => {
    if (shown && terminal.current) redraw(terminal.current, shown.rows, shown.cols, bytesOf(shown.screen));
  }, [shown]);

  const error = look.error.value;
  return (
    <div class="screen" ref={box} inert aria-hidden="true">
      <div class="frame" ref={frame} />
      {error && <p class="over">{error.message || error.code}</p>}
    </div>
  );
}
