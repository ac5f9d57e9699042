// What changes something: an order says what it will do before it is given, and what came of it.
//
//   const { orders } = useApp();
//   orders.give(restartPool(pool))     asks in a dialog, sends the request, tells the result in a toast
//   <OrderButton order={…} />          components/OrderButton.tsx: is not there with a key that may only look
//
// An order that needs a number or a text has `field`; its content comes to `body`.
// Orders go over the HTTP routes (broker/http.md), as they would from any other client.

import type { Json } from "./answers";
import type { Dialogs } from "./dialogs";
import type { Toasts } from "./toasts";

export interface Field {
  label: string;
  value: string;
  /** A regular expression that the whole text has to match, and what it asks for. */
  pattern?: string;
  hint?: string;
}

export interface Order {
  /** The word on the button: "Restart". */
  verb: string;
  /** What it is given to: "text.0". */
  subject: string;
  /** The sentence that says what will happen, and what will not: "Replaces 4 workers one by one; calls go on." */
  will: string;
  /** Something is lost: the button is red. */
  harmful?: boolean;
  method: "POST" | "PUT" | "DELETE";
  /** Relative to the page, with names encoded: see `at`. */
  path: string;
  body?: Json | ((field: string) => Json);
  field?: Field;
  /** What came of it. */
  did: (answer: Json) => string;
}

/** A path with its names encoded: at`api/pools/${name}/restart` */
export function at(parts: TemplateStringsArray, ...names: string[]): string {
  return parts.reduce((path, part, i) => path + encodeURIComponent(names[i - 1] ?? "") + part);
}

export interface OrderFault {
  code: string;
  message: string;
}

export class Orders {
  constructor(
    private readonly key: string,
    private readonly toasts: Toasts,
    private readonly dialogs: Dialogs,
    private readonly question: (order: Order, answer: (field: string | null) => void) => Parameters<Dialogs["open"]>[0],
  ) {}

  give(order: Order): void {
    this.dialogs.open(
      this.question(order, (field) => {
        this.dialogs.close();
        if (field !== null) void this.send(order, field);
      }),
    );
  }

  /** Sends without a question; for what a person has just said in full, as a response to a session. */
  async send(order: Order, field = ""): Promise<boolean> {
    const name = `${order.verb} ${order.subject}`;
    const end = this.toasts.show({ text: `${name} …`, state: "busy" });
    const answer = await this.request(
      order.method,
      order.path,
      typeof order.body === "function" ? order.body(field) : order.body,
    );
    if ("fault" in answer) end({ text: `${name}: ${answer.fault.code}: ${answer.fault.message}`, state: "bad" });
    else end({ text: order.did(answer.value), state: "good" });
    return !("fault" in answer);
  }

  /** A request with the key of the page. */
  async request(method: string, path: string, body?: Json, more: RequestInit = {}): Promise<{ value: Json } | { fault: OrderFault }> {
    try {
      const answer = await fetch(path, {
        ...more,
        method,
        headers: { "X-API-Key": this.key, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.ok) return { value: text ? (JSON.parse(text) as Json) : null };
      const fault = faultIn(text);
      return {
        fault: {
          code: fault.code ?? String(answer.status),
          message: fault.message ?? fault.error ?? answer.statusText,
        },
      };
    } catch (error) {
      return { fault: { code: "node_down", message: error instanceof Error ? error.message : "the node is gone" } };
    }
  }
}

/** What a node says of an order that it refuses; nothing in what a proxy before it says, as a page for people. */
function faultIn(text: string): { code?: string; message?: string; error?: string } {
  try {
    return (JSON.parse(text) as { code?: string } | null) ?? {};
  } catch {
    return {};
  }
}
