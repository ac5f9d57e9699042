// Says that what is shown is old, and how old.

import { useApp } from "../app";
import { Since } from "./Age";

const blocked =
  "The node answers, but its WebSocket does not: a proxy may not pass it on, or the node does not allow this address (allow_origins).";

export function Stale() {
  const { wire } = useApp();
  const since = wire.staleSince.value;
  if (since !== null)
    return (
      <p class="banner bad">
        <b role="alert">{wire.blocked.value ? blocked : "The node is gone."}</b> What you see is <Since time={since} />{" "}
        old. Trying to reach it …
      </p>
    );
  if (wire.state.value === "gone")
    return (
      <p class="banner bad" role="alert">
        {wire.blocked.value ? blocked : "The node does not answer."} Trying to reach it …
      </p>
    );
  if (wire.frozen.value)
    return (
      <p class="banner" role="status">
        Paused. Key p goes on.
      </p>
    );
  return null;
}
