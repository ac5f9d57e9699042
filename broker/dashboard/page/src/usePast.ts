// The past of a pool, kept up to date: usePast("text", "1s") is the last 15 minutes, "1m" the last 24 hours.

import { useEffect, useState } from "preact/hooks";
import { useApp, useLook } from "./app";
import type { PoolHistory } from "./answers";
import { at } from "./orders";
import { extended } from "./series";

const againAfterMs = 3000;
const rows = { "1s": 900, "1m": 1440 } as const;

export function usePast(name: string, step: "1s" | "1m"): PoolHistory | null {
  const { orders, wire } = useApp();
  const [past, setPast] = useState<PoolHistory | null>(null);
  const news = useLook<PoolHistory>("history", { name, step, last: 3 }, step === "1m" ? { everyS: 20 } : {}).value
    .value;
  const hello = wire.hello.value;
  const [fetched, setFetched] = useState(0);

  useEffect(() => {
    let wanted = true;
    let again = 0;
    void orders.request("GET", `${at`api/pools/${name}/history`}?step=${step}`).then((answer) => {
      if (!wanted) return;
      if ("value" in answer) setPast(answer.value as unknown as PoolHistory);
      else again = setTimeout(() => setFetched((n) => n + 1), againAfterMs) as unknown as number;
    });
    return () => {
      wanted = false;
      clearTimeout(again);
    };
  }, [orders, name, step, hello, fetched]);

  useEffect(() => {
    if (!past || !news || past.step !== news.step || past.pool !== news.pool) return;
    const next = extended(past, news, rows[step]);
    if (next === null) setFetched((n) => n + 1);
    else if (next !== past) setPast(next);
  }, [past, news, step]);

  return past;
}
