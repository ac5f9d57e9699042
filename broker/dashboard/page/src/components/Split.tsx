// A list, and beside it one of its things in detail; on a narrow screen the detail takes the place of the list.
//
//   <Split title="text.c3-48213@alpha" close={() => …} detail={<Facts>…</Facts>}>the list</Split>
//
// Without a detail (null) it is the list alone. Esc closes the detail.

import type { ComponentChildren } from "preact";
import { useKeys } from "../app";

export function Split(props: {
  title: ComponentChildren;
  detail: ComponentChildren | null;
  close: () => void;
  children: ComponentChildren;
}) {
  const open = props.detail !== null;
  useKeys({ Escape: () => (open ? props.close() : false) });
  return (
    <div class={`split ${open ? "open" : ""}`}>
      <div class="list">{props.children}</div>
      {open && (
        <aside class="detail" aria-label="Detail">
          <div class="detail-head">
            <h2>{props.title}</h2>
            <button type="button" class="small close" aria-label="Close the detail" title="Close (Esc)" onClick={props.close}>
              Close
            </button>
          </div>
          {props.detail}
        </aside>
      )}
    </div>
  );
}
