// One xterm as the dashboard uses it: it only draws, under the page's policy, and asks nothing back.
import { Terminal, type ITerminalOptions } from "@xterm/xterm";
import { openSafely } from "./open_safely";

/** Dark in both looks of the page, as programs expect it. Each colour is readable on the background. */
const theme = {
  background: "#14171c", foreground: "#d7dce2", cursor: "#d7dce2", cursorAccent: "#14171c",
  selectionBackground: "#3b4a63",
  black: "#7c8694", red: "#f2777a", green: "#8fc77f", yellow: "#e5c07b",
  blue: "#77aef0", magenta: "#d596e8", cyan: "#5fc9d0", white: "#d7dce2",
  brightBlack: "#8f99a8", brightRed: "#ff9a9c", brightGreen: "#b0e3a2", brightYellow: "#f7d794",
  brightBlue: "#9cc6ff", brightMagenta: "#e8b8f5", brightCyan: "#8be4ea", brightWhite: "#ffffff",
};

const options: ITerminalOptions = {
  theme,
  fontFamily: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  fontSize: 13,
  minimumContrastRatio: 4.5,
  cursorInactiveStyle: "outline",
  linkHandler: { activate: () => undefined }, // what a program prints leads nowhere
};

/** Questions of programs. The node's own terminal has answered them: a second answer would be typed input. */
function leaveUnanswered(terminal: Terminal): void {
  const { parser } = terminal;
  for (const prefix of ["", ">", "="])
    parser.registerCsiHandler(prefix ? { prefix, final: "c" } : { final: "c" }, () => true); // which terminal it is
  for (const prefix of ["", "?"]) {
    const id = prefix ? { prefix } : {};
    parser.registerCsiHandler({ ...id, final: "n" }, () => true); // its state, the place of the cursor
    parser.registerCsiHandler({ ...id, intermediates: "$", final: "p" }, () => true); // its modes
  }
  parser.registerCsiHandler({ final: "t" }, () => true); // its window
  parser.registerCsiHandler({ prefix: ">", final: "q" }, () => true); // its version
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => true); // its settings
  for (const colour of [4, 10, 11, 12])
    parser.registerOscHandler(colour, (text) => text.includes("?"));
}

/** Opens an xterm in `parent`. Whoever opens it calls its `dispose`. */
export function openTerminal(parent: HTMLElement, more: ITerminalOptions): Terminal {
  const terminal = new Terminal({ ...options, ...more });
  openSafely(terminal, parent);
  leaveUnanswered(terminal);
  return terminal;
}

/** Draws a whole screen anew; in one piece, so that no empty screen is seen between. */
export function redraw(terminal: Terminal, rows: number, cols: number, bytes: Uint8Array): void {
  if (terminal.rows !== rows || terminal.cols !== cols)
    terminal.resize(cols, rows);
  const all = new Uint8Array(bytes.length + 2);
  all.set([0x1b, 0x63]); // RIS: empties it, the lines above the screen too
  all.set(bytes, 2);
  terminal.write(all);
}
