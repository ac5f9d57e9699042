// The keys of the page.

import type { Dialogs } from "../dialogs";
import { views } from "../views";

const keys: readonly (readonly [string, string])[] = [
  ["↑ ↓ PgUp PgDn Home End", "move in a table"],
  ["Enter", "in: what is selected"],
  ["Esc", "out again; removes the filter first"],
  ["/", "filter. Enter keeps it, Esc removes it"],
  ["< >", "sort by the column to the left or right; before the first: problems first"],
  ["o", "sort the other way round"],
  ["l", "log: the last lines on stderr of the worker, or of the pool's workers"],
  ["a", "the terminal of the worker or the pool; Ctrl-] leads out of it"],
  ["p", "pause, and go on"],
  ["f", "follow the newest event again"],
  ["R D S X K", "restart, drain or resume, scale, cancel, stop what is selected; each asks before"],
  ["?", "this help"],
];

export function openHelp(dialogs: Dialogs): void {
  const numbers = views.filter((view) => view.key).map((view) => `${view.key} ${view.title}`);
  dialogs.open({
    title: "Keys",
    content: (close) => (
      <>
        <dl class="facts keys">
          {[
            [numbers.map((n) => n.slice(0, 1)).join(" "), numbers.map((n) => n.slice(2)).join(", ")] as const,
            ...keys,
          ].map(([key, does]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <div class="buttons">
          <button type="button" onClick={close} data-first>
            Close
          </button>
        </div>
      </>
    ),
  });
}
