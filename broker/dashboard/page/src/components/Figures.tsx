// The four figures of the node, on every view.

import type { ComponentChildren } from "preact";
import { usePools, useSeconds } from "../common_looks";
import { duration, percent, plural, rate } from "../formats";
import { nodeFigures } from "../rates";

function Figure(props: { name: string; tone?: string; about: string; children: ComponentChildren }) {
  return (
    <div class={`figure ${props.tone ?? ""}`} title={props.about}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

export function Figures() {
  const pools = usePools().value.value;
  const seconds = useSeconds().value.value;
  const now = nodeFigures(pools ?? [], seconds);
  const full = now.utilisation !== null && now.utilisation >= 1;
  return (
    <dl class="figures">
      <Figure name="calls/s" about="Calls that came to all pools, by the last five seconds">
        {rate(now.callsPerS)}
      </Figure>
      <Figure
        name="errors/s"
        tone={now.errorsPerS ? "bad" : ""}
        about="Calls that ended in an error, by the last five seconds"
      >
        {rate(now.errorsPerS)}
      </Figure>
      <Figure name="utilisation" tone={full ? "warn" : ""} about="Running calls ÷ calls that could run">
        {percent(now.utilisation)}
      </Figure>
      <Figure
        name="oldest waiting"
        tone={(now.oldestMs ?? 0) > 1000 ? "warn" : ""}
        about={`${plural(now.waiting, "call")} waiting`}
      >
        {pools && now.oldestMs === null ? "none" : duration(now.oldestMs)}
      </Figure>
    </dl>
  );
}
