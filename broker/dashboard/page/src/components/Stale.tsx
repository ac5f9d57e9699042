// Says that what is shown is old, and how old.

import { useApp } from "../app";
import { Since } from "./Age";

export function Stale() {
  const { wire } = useApp();
  const since = wire.staleSince.value;
  if (since !== null)
    return (
      <p class="banner bad" role="alert">
        <b>The node is gone.</b> What you see is <Since time={since} /> old. Trying to reach it …
      </p>
    );
  if (wire.frozen.value) return <p class="banner" role="status">Paused. Key p goes on.</p>;
  return null;
}
