// A state, by its word and by a colour. The words are those of the API.
//
//   <Badge state="ready" />           <Badge state="paused" tone="warn" />

export type Tone = "good" | "warn" | "bad" | "busy" | "idle";

const tones: Readonly<Record<string, Tone>> = {
  ready: "good",
  up: "good",
  finished: "good",
  busy: "busy",
  running: "busy",
  working: "busy",
  starting: "warn",
  stopping: "warn",
  waiting: "warn",
  paused: "warn",
  suspect: "warn",
  leaving: "warn",
  drained: "warn",
  unavailable: "bad",
  dead: "bad",
  down: "bad",
  failed: "bad",
  lost: "bad",
  stopped: "idle",
  idle: "idle",
};

export function toneOf(state: string): Tone {
  return tones[state] ?? "idle";
}

export function Badge({ state, tone }: { state: string; tone?: Tone }) {
  return <span class={`badge ${tone ?? toneOf(state)}`}>{state}</span>;
}
