// What stands around every view: the figures of the node, the navigation, and what is to be known about the page itself.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useApp, useKeys } from "../app";
import { usePools } from "../common_looks";
import { plural } from "../formats";
import { isProblem } from "../rates";
import { href } from "../route";
import { views, type View } from "../views";
import { Figures } from "./Figures";
import { openHelp } from "./Help";
import { Stale } from "./Stale";

/** The title of the tab: problems first, so that they are seen when the tab is not. */
function useDocumentTitle(): void {
  const app = useApp();
  const pools = usePools();
  useEffect(
    () =>
      effect(() => {
        const bad = (pools.value.value ?? []).filter(isProblem).length;
        const node = app.wire.hello.value?.node ?? "Troupe";
        const state = app.wire.staleSince.value !== null ? "(gone) " : bad > 0 ? `(${plural(bad, "problem")}) ` : "";
        document.title = `${state}${app.title.value ? `${app.title.value} · ` : ""}${node}`;
      }),
    [app, pools],
  );
}

function Navigation({ now }: { now: View | undefined }) {
  const list = useRef<HTMLElement>(null);
  // On a narrow screen the list is longer than the screen.
  useEffect(
    () => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }),
    [now],
  );
  return (
    <nav aria-label="Views" ref={list}>
      {views
        .filter((view) => view.key)
        .map((view) => (
          <a
            key={view.id}
            href={href(view.id)}
            aria-current={view.id === (now?.within ?? now?.id) ? "page" : undefined}
            title={`Key ${view.key}`}
          >
            {view.title}
          </a>
        ))}
    </nav>
  );
}

export function Shell() {
  const { router, wire, theme, dialogs } = useApp();
  const { view, subject } = router.route.value;
  const shown = views.find((v) => v.id === view);
  useDocumentTitle();
  useKeys({
    ...Object.fromEntries(views.flatMap((v) => (v.key ? [[v.key, () => router.go(v.id)]] : []))),
    p: () => wire.freeze(!wire.frozen.value),
    "?": () => openHelp(dialogs),
    Escape: () => (shown?.within ? router.out(shown.within) : false),
  });
  const hello = wire.hello.value;
  return (
    <div class={`page ${wire.staleSince.value !== null ? "stale" : ""}`}>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        Skip to the content
      </a>
      <header>
        <div class="brand">
          <b>{hello?.node ?? "…"}</b>
          <span class="quiet" title="Version of the node">
            {hello?.version}
          </span>
        </div>
        <Figures />
        <Navigation now={shown} />
        <div class="tools">
          <button
            type="button"
            class="plain"
            aria-pressed={wire.frozen.value}
            title="Key p"
            onClick={() => wire.freeze(!wire.frozen.value)}
          >
            {wire.frozen.value ? "Go on" : "Pause"}
          </button>
          <button type="button" class="plain" onClick={() => theme.toggle()}>
            {theme.scheme.value === "dark" ? "Light" : "Dark"}
          </button>
          <button type="button" class="plain" title="Key ?" onClick={() => openHelp(dialogs)}>
            Keys
          </button>
        </div>
      </header>
      <Stale />
      {hello && wire.readOnly.value && <p class="banner">This key may only look: nothing can be changed here.</p>}
      <main id="content" tabIndex={-1}>
        {shown ? (
          <shown.component key={shown.split ? view : `${view}/${subject}`} subject={subject} />
        ) : (
          <p class="empty">There is no view “{view}”.</p>
        )}
      </main>
    </div>
  );
}
