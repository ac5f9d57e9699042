// The workers of all pools, those in trouble first.

import { useLook, useTitle } from "../app";
import type { Worker } from "../answers";
import { Failure } from "../components/Failure";
import { unwanted, WorkerTable } from "../components/WorkerTable";
import { usePools } from "../common_looks";

export function WorkersView() {
  useTitle("Workers");
  const pools = usePools().value.value;
  const size = pools?.reduce((sum, pool) => sum + pool.size, 0) ?? 0;
  const look = useLook<Worker[]>(pools ? "workers" : null, {}, { without: unwanted(size) });
  return (
    <>
      <h1 class="unseen">Workers</h1>
      <Failure error={look.error.value} />
      <WorkerTable workers={look.value.value} ofAll />
    </>
  );
}
