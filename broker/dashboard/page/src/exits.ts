// Why a worker ended, in a few words.

import type { Event, Exit } from "./answers";

/** Reasons of an end that the node has not asked for. */
const unasked = new Set(["exit", "crash", "signal", "disconnected", "heartbeat", "protocol_error", "frame"]);

export function isUnasked(exit: Exit): boolean {
  return exit.reason === undefined || unasked.has(exit.reason);
}

/** "signal SIGKILL", "crash, code 3"; the error's code of a worker that could not start. */
export function reasonOf(exit: Exit | Event): string {
  const reason = String(exit.reason ?? exit.code ?? "ended");
  if (exit.signal_name ?? exit.signal) return `${reason} ${String(exit.signal_name ?? exit.signal)}`;
  return exit.exit_code ? `${reason}, code ${String(exit.exit_code)}` : reason;
}
