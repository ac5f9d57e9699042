// Terminals: the wall, or the one that is named.

import "@xterm/xterm/css/xterm.css";
import "../style/terminals.css";
import { Console } from "../terminal/Console";
import { Wall } from "../terminal/Wall";

export function TerminalsView({ subject }: { subject: string }) {
  return subject ? <Console name={subject} /> : <Wall />;
}
