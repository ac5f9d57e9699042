// Where the page is: the view, its subject, and what its tables are filtered and sorted by. All of it is in the
// fragment of the address, so a place can be bookmarked and sent to somebody:
//
//   #/pools?filter=text&sort=-p99      #/worker/text.0      #/terminals/team%2Fbob
//
//   const { router } = useApp();
//   router.route.value                    → { view, subject, params }
//   router.go("pool", "text")             a new entry in the history of the browser
//   router.open("#/pool/text")            the same
//   router.replace("events", "7")         changes this entry
//   router.set("filter", "abc")           the same, one parameter of it; an empty value removes it
//   router.out("pools")                   to where one came from, as Esc does
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

/** A place knows so many places by which one came there. */
const longestTrail = 20;

/** The places that led to one, the nearest last. The history of the browser keeps them with it. */
type Trail = readonly string[];

function trailOf(state: unknown): Trail | undefined {
  return (state as { trail?: Trail } | null)?.trail;
}

function samePlace(left: string | undefined, right: string): boolean {
  return left?.split("?")[0] === right.split("?")[0];
}

function fragment(): string {
  return location.hash || href(parse("").view);
}

/**
 * All but links and the buttons of the browser leads to its place at once: a key that is pressed next is for that place.
 * So the way out is not `history.back()`, which leads somewhere later, and might lead out of the page.
 */
export class Router {
  /** The place that is shown. */
  private here = fragment();
  /** The address as it was left here: another one is that of a link that was just followed. */
  private address = this.here;
  private trail = trailOf(history.state) ?? [];
  private readonly current = signal<Route>(parse(this.here));
  readonly route: ReadonlySignal<Route> = this.current;

  constructor() {
    this.show(this.here);
    addEventListener("hashchange", () => {
      this.trail = trailOf(history.state) ?? this.trailTo(fragment());
      this.show(fragment());
    });
  }

  go(view: string, subject = "", params: Params = {}): void {
    this.open(href(view, subject, params));
  }

  open(place: string): void {
    if (place === this.here) return;
    this.trail = this.trailTo(place);
    history.pushState(null, "", place);
    this.show(place);
  }

  /** To where one came from; to `view` if that was not in this page. */
  out(view: string): void {
    this.open(this.trail.at(-1) ?? href(view));
  }

  /** Does nothing if a link was just followed: what was meant for this place is too late. */
  replace(view: string, subject = "", params: Params = {}): void {
    if (fragment() === this.address) this.show(href(view, subject, params));
  }

  set(param: string, value: string): void {
    const { view, subject, params } = this.route.value;
    this.replace(view, subject, { ...params, [param]: value });
  }

  private trailTo(place: string): Trail {
    return samePlace(this.trail.at(-1), place)
      ? this.trail.slice(0, -1)
      : [...this.trail, this.here].slice(-longestTrail);
  }

  private show(place: string): void {
    history.replaceState({ trail: this.trail }, "", place);
    this.here = place;
    this.address = fragment();
    this.current.value = parse(place);
  }
}
