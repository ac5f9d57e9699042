// The last lines on stderr: of a worker, or of each worker of a pool.

import { useLook, useTitle } from "../app";
import type { WorkerLog } from "../answers";
import { Failure } from "../components/Failure";
import { Log } from "../components/Log";
import { named } from "../names";
import { href } from "../route";

type Answer = WorkerLog | { workers: readonly WorkerLog[] };

export function WorkerLogsView({ subject }: { subject: string }) {
  useTitle(`${subject} · log`);
  const look = useLook<Answer>("log", { name: subject });
  const answer = look.value.value;
  return (
    <>
      <h1>Log of {subject}</h1>
      <Failure error={look.error.value} />
      {answer && !("workers" in answer) && <Log log={answer} />}
      {answer &&
        "workers" in answer &&
        answer.workers.map((log) => {
          const name = named(log.name, subject);
          return (
            <section class="section" key={name}>
              <h2>
                <a href={href("worker", name)}>{name}</a>
              </h2>
              <Log log={log} />
            </section>
          );
        })}
      {answer && "workers" in answer && answer.workers.length === 0 && <p class="empty">This pool has no workers.</p>}
    </>
  );
}
