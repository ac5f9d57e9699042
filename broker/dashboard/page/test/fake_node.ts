// A node for tests of the wire: it takes the place of WebSocket, fetch, document and location.

export interface Sent {
  kind: string;
  id?: number;
  [member: string]: unknown;
}

export class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  sent: Sent[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  hello(may = "all"): void {
    this.say({ kind: "hello", node: "alpha", version: "1", may });
  }
}

/** What the node answers to requests: a status, or 0 for nothing. */
export const requests = { status: 200 };

export const page = { hidden: false, changed: () => {} };

export function install(): void {
  FakeSocket.all = [];
  requests.status = 200;
  page.hidden = false;
  const everything = globalThis as unknown as Record<string, unknown>;
  everything.WebSocket = FakeSocket;
  everything.location = { href: "http://host:1/base/?x#/pools", hash: "" };
  everything.addEventListener = () => {};
  everything.fetch = () =>
    requests.status ? Promise.resolve({ status: requests.status, ok: requests.status === 200 }) : Promise.reject(new Error("no node"));
  everything.document = {
    get hidden() {
      return page.hidden;
    },
    addEventListener: (_: string, changed: () => void) => (page.changed = changed),
  };
}

export function lastSocket(): FakeSocket {
  const socket = FakeSocket.all[FakeSocket.all.length - 1];
  if (!socket) throw new Error("nothing has connected");
  return socket;
}
