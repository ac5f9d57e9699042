// Shows the dialog that is open, above the page; Esc and a click beside it close it. The element with `data-first` has the
// focus. (The attribute `autofocus` makes browsers complain when the page has a focus already.)

import { useLayoutEffect, useRef } from "preact/hooks";
import { useApp } from "../app";

export function DialogHost() {
  const { dialogs } = useApp();
  const dialog = dialogs.shown.value;
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (!dialog || !box.current) return;
    const before = document.activeElement;
    box.current.showModal();
    box.current.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => before instanceof HTMLElement && before.focus();
  }, [dialog]);
  if (!dialog) return null;
  return (
    <dialog
      ref={box}
      aria-labelledby="dialog-title"
      onClose={() => dialogs.close()}
      onClick={(event) => event.target === box.current && dialogs.close()}
    >
      <div class="dialog">
        <h2 id="dialog-title">{dialog.title}</h2>
        {dialog.content(() => dialogs.close())}
      </div>
    </dialog>
  );
}
