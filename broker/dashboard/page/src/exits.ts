// Why a worker ended, in a few words.

import type { Event, Exit } from "./answers";

/** "signal (SIGKILL)", "crash (3)", or the code of a worker that could not start. */
export function reasonOf(exit: Exit | Event): string {
  const reason = String(exit.reason ?? exit.code ?? "ended");
  const how = exit.signal_name ?? (exit.signal != null ? `signal ${String(exit.signal)}` : exit.exit_code);
  return how == null ? reason : `${reason} (${String(how)})`;
}
