// Where the page is: the view, its subject, and what its tables are filtered and sorted by. All of it is in the
// fragment of the address, so a place can be bookmarked and sent to somebody:
//
//   #/pools?filter=text&sort=-p99      #/worker/text.0      #/terminals/team%2Fbob
//
//   const { router } = useApp();
//   router.route.value                    → { view, subject, params }
//   router.go("pool", "text")             a new entry in the history of the browser
//   router.out("pools")                   back, as Esc does
//   router.set("filter", "abc")           changes this entry; an empty value removes the parameter
//   href("worker", "text.0")              for <a href>

import { signal, type ReadonlySignal } from "@preact/signals";

export interface Route {
  view: string;
  /** Empty for none. */
  subject: string;
  params: Readonly<Record<string, string>>;
}

export type Params = Readonly<Record<string, string>>;

export function href(view: string, subject = "", params: Params = {}): string {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== "")).toString();
  return `#/${view}${subject ? `/${encodeURIComponent(subject)}` : ""}${query ? `?${query}` : ""}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parse(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split(/\?(.*)/s);
  const [view = "", ...rest] = path.split("/");
  return {
    view: view || "pools",
    subject: decoded(rest.join("/")),
    params: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** How many places of this page are behind this one in the history of the browser. */
function depthOf(state: unknown): number | undefined {
  return (state as { depth?: number } | null)?.depth;
}

export class Router {
  private readonly current = signal<Route>(parse(location.hash));
  private depth = depthOf(history.state) ?? 0;
  readonly route: ReadonlySignal<Route> = this.current;

  constructor() {
    addEventListener("hashchange", () => {
      if (depthOf(history.state) === undefined) history.replaceState({ depth: this.depth + 1 }, "");
      this.depth = depthOf(history.state) ?? 0;
      this.current.value = parse(location.hash);
    });
  }

  go(view: string, subject = "", params: Params = {}): void {
    location.hash = href(view, subject, params);
  }

  /** To where one came from; to `view` if that was not in this page. */
  out(view: string): void {
    if (this.depth > 0) history.back();
    else this.go(view);
  }

  set(param: string, value: string): void {
    const { view, subject, params } = this.route.value;
    history.replaceState(history.state, "", href(view, subject, { ...params, [param]: value }));
    this.current.value = parse(location.hash);
  }
}
