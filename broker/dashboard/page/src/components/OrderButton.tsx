// A button that gives an order after a question. It is not there with a key that may only look.

import { useApp } from "../app";
import type { Order } from "../orders";

export function OrderButton({ order, small }: { order: Order; small?: boolean }) {
  const { orders, wire } = useApp();
  if (wire.readOnly.value) return null;
  return (
    <button
      type="button"
      class={`${small ? "small" : ""} ${order.harmful ? "harmful" : ""}`}
      aria-label={small ? `${order.verb} ${order.subject}` : undefined}
      disabled={wire.state.value !== "open"}
      onClick={() => orders.give(order)}
    >
      {order.verb}
    </button>
  );
}
