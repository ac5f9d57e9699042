// How a slow call ended, or that it still runs.

import { Badge, type Tone } from "../components/Badge";

const tones: Readonly<Record<string, Tone>> = { running: "busy", ok: "good", again: "warn" };

export function SlowOutcome({ outcome }: { outcome: string }) {
  return <Badge state={outcome} tone={tones[outcome] ?? "bad"} />;
}
