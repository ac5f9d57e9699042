// The response to a session; how it is stopped is in call_orders.ts.

import type { Json } from "./answers";
import { at, type Order } from "./orders";

/** @param query Empty if the worker gave its query no id. */
export function respond(session: string, query: string, response: Json): Order {
  return {
    verb: "Respond to",
    subject: session,
    will: "The worker goes on with this response; it cannot be taken back.",
    method: "POST",
    path: at`api/sessions/${session}/continue`,
    body: { response, ...(query === "" ? {} : { query_id: query }) },
    did: (answer) => {
      const state = answer !== null && typeof answer === "object" && !Array.isArray(answer) ? answer.state : null;
      return `${session} has the response${typeof state === "string" ? `, and is ${state}` : ""}`;
    },
  };
}
