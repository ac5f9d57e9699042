// A part of a whole, as a bar and as percent.

import { percent, unknown } from "../formats";

export function Bar({ part }: { part: number | null }) {
  if (part === null) return <>{unknown}</>;
  return (
    <>
      <span class="bar" aria-hidden="true">
        <i class={part >= 1 ? "full" : ""} style={{ width: `${Math.min(100, part * 100)}%` }} />
      </span>
      <span class="percent">{percent(part)}</span>
    </>
  );
}
