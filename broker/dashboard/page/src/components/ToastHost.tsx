// What came of orders, at the lower edge of the page.

import { useApp } from "../app";

export function ToastHost() {
  const { toasts } = useApp();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.shown.value.map((toast) => (
        <div key={toast.id} class={`toast ${toast.state}`}>
          <span>{toast.text}</span>
          <button type="button" class="plain" aria-label="Close the message" onClick={() => toasts.close(toast.id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
