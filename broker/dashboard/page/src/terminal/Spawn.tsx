// Starts a program on a terminal, after asking which.

import { useState } from "preact/hooks";
import { useApp } from "../app";
import { words } from "./agents";
import { spawnProgram } from "./terminal_orders";
import type { Order } from "../orders";

function Form({ start, close }: { start: (order: Order) => void; close: () => void }) {
  const [name, setName] = useState("");
  const [line, setLine] = useState("");
  const [folder, setFolder] = useState("");
  const [cli = "", ...args] = words(line);
  const submit = (event: Event) => {
    event.preventDefault();
    start(spawnProgram(name, cli, args, folder));
  };
  const field = (label: string, value: string, set: (text: string) => void, more: { required?: boolean; "data-first"?: boolean }) => (
    <label class="field">
      {label}{" "}
      <input type="text" autocomplete="off" spellcheck={false} value={value} onInput={(event) => set(event.currentTarget.value)} {...more} />
    </label>
  );
  return (
    <form onSubmit={submit}>
      <p>Starts a program on a terminal of its own, as the user of the node. It ends with the node, or when it is ended here.</p>
      {field("Name", name, setName, { required: true, "data-first": true })}
      {field("Program and arguments", line, setLine, { required: true })}
      {field("Folder (the node's if empty)", folder, setFolder, {})}
      <div class="buttons">
        <button type="button" onClick={close}>Leave it</button>
        <button type="submit" class="first" disabled={!name || !cli}>Start</button>
      </div>
    </form>
  );
}

export function SpawnButton() {
  const { dialogs, orders, router, wire } = useApp();
  if (wire.readOnly.value) return null;
  const start = async (order: Order) => {
    dialogs.close();
    if (await orders.send(order)) router.go("terminals", order.subject);
  };
  const open = () =>
    dialogs.open({ title: "Start a program", content: (close) => <Form start={(order) => void start(order)} close={close} /> });
  return (
    <button type="button" disabled={wire.state.value !== "open"} onClick={open}>
      Start a program
    </button>
  );
}
