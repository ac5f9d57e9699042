// The question before an order: what it will do, and the two answers. The safe one has the focus if something is lost.

import { useState } from "preact/hooks";
import type { Dialog } from "../dialogs";
import type { Order } from "../orders";

function Question({ order, answer }: { order: Order; answer: (field: string | null) => void }) {
  const [text, setText] = useState(order.field?.value ?? "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        answer(text);
      }}
    >
      <p>{order.will}</p>
      {order.field && (
        <label class="field">
          {order.field.label}{" "}
          <input
            required
            data-first
            pattern={order.field.pattern}
            title={order.field.hint}
            autocomplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />{" "}
          <span class="quiet">{order.field.hint}</span>
        </label>
      )}
      <div class="buttons">
        <button
          type="button"
          data-first={order.harmful && !order.field ? true : undefined}
          onClick={() => answer(null)}
        >
          Leave it
        </button>
        <button
          type="submit"
          class={order.harmful ? "harmful" : "first"}
          data-first={!order.harmful && !order.field ? true : undefined}
        >
          {order.verb}
        </button>
      </div>
    </form>
  );
}

/** The dialog that asks about `order`; `answer` gets the content of its field, or null for no. */
export function questionAbout(order: Order, answer: (field: string | null) => void): Dialog {
  return {
    title: `${order.verb} ${order.subject}?`,
    content: () => <Question order={order} answer={answer} />,
  };
}
