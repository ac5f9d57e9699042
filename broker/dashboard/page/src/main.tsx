// Where the page begins: the key, what all components share, and the page itself.

import { signal } from "@preact/signals";
import { render } from "preact";
import { AppContext, type App } from "./app";
import { questionAbout } from "./components/Confirm";
import { DialogHost } from "./components/DialogHost";
import { KeyForm } from "./components/KeyForm";
import { Shell } from "./components/Shell";
import { ToastHost } from "./components/ToastHost";
import { Dialogs } from "./dialogs";
import { takeKey } from "./key";
import { Keys } from "./keys";
import { Orders } from "./orders";
import { Router } from "./route";
import { Theme } from "./theme";
import { Toasts } from "./toasts";
import { Wire } from "./wire";
import "./style/base.css";
import "./style/shell.css";
import "./style/table.css";
import "./style/parts.css";
import "./style/choice.css";
import "./style/split.css";
import "./style/sessions.css";
import "./style/dialog.css";
import "./style/events.css";
import "./style/nodes.css";

const clock = signal(Date.now());
setInterval(() => (clock.value = Date.now()), 1000);

// The key is taken out of the address before anything reads it; an address with a key may also be opened in a tab that
// is here already.
const firstKey = takeKey();
addEventListener("hashchange", () => {
  const key = takeKey();
  if (key) begin(key);
});

const app = signal<App | null>(null);
const router = new Router();
const theme = new Theme();
const keys = new Keys();

function begin(key: string): void {
  app.peek()?.wire.end();
  const toasts = new Toasts();
  const dialogs = new Dialogs();
  const orders = new Orders(key, toasts, dialogs, questionAbout);
  app.value = { wire: new Wire(key), router, orders, toasts, dialogs, keys, theme, clock, title: signal("") };
}

function Page() {
  const now = app.value;
  if (!now || now.wire.state.value === "refused") return <KeyForm wrong={now !== null} enter={begin} />;
  return (
    <AppContext.Provider value={now}>
      <Shell />
      <ToastHost />
      <DialogHost />
    </AppContext.Provider>
  );
}

if (firstKey) begin(firstKey);
const root = document.getElementById("page");
if (root) render(<Page />, root);
