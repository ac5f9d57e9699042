// The last lines of a worker's stderr. The end stays in view, unless somebody has scrolled up.

import { useEffect, useRef } from "preact/hooks";
import type { WorkerLog } from "../answers";

export function Log({ log }: { log: WorkerLog }) {
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log.lines]);
  const look = () => {
    const home = box.current;
    if (home) atEnd.current = home.scrollHeight - home.scrollTop - home.clientHeight < 24;
  };
  const earlier = log.lines.slice(0, log.earlier);
  return log.lines.length === 0 ? (
    <p class="empty">The worker has written nothing to its stderr.</p>
  ) : (
    <pre class="log" ref={box} onScroll={look} tabIndex={0} aria-label="Log">
      {earlier.length > 0 && <span class="earlier">{earlier.join("\n")}</span>}
      {earlier.length > 0 && <hr aria-label="Above are the lines of the worker before" />}
      {log.lines.slice(log.earlier).join("\n")}
    </pre>
  );
}
