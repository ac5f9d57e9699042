// The last end of a worker: when, why, and its last words.

import type { Exit } from "../answers";
import { isUnasked, reasonOf } from "../exits";
import { Since } from "./Age";

export function LastExit({ exit }: { exit: Exit }) {
  const words = exit.stderr ?? [];
  return (
    <section class="section">
      <h2>Last exit</h2>
      <p class="exit">
        <b class={isUnasked(exit) ? "text-bad" : ""}>{reasonOf(exit)}</b> <Since time={exit.time} ago />
        {exit.pid != null && <span class="quiet"> pid {exit.pid}</span>}
        <br />
        {exit.message}
      </p>
      {words.length > 0 && <pre class="last-words">{words.join("\n")}</pre>}
    </section>
  );
}
