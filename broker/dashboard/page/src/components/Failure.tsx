// Why a look has no answer, or an old one.

import type { Fault } from "../answers";

export function Failure({ error }: { error: Fault | null }) {
  return error ? (
    <p class="failure" role="alert">
      <code>{error.code}</code> {error.message}
    </p>
  ) : null;
}
