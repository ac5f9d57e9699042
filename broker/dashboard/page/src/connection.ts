// A WebSocket to the node that is made again, with growing pauses, whenever it is lost. wire.ts says what is spoken on it.

import { signal, type ReadonlySignal } from "@preact/signals";
import { keyProtocols } from "./key";

/** `gone`: the node does not answer; tried again. `refused`: the key is wrong; not tried again. */
export type ConnectionState = "connecting" | "open" | "gone" | "refused";

export type Message = { kind: string; id?: number } & Record<string, unknown>;

/** The node sends a beat each second; after so much silence it is taken for gone, and what is shown for old. */
const silentAfterMs = 4000;
/** A connection that is silent for so long is made again. */
const deadAfterMs = 12_000;
const firstPauseMs = 300;
const longestPauseMs = 5000;

function address(): string {
  const url = new URL("ws/dashboard", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = url.search = "";
  return url.href;
}

export class Connection {
  private readonly now = signal<ConnectionState>("connecting");
  private readonly isSilent = signal(false);
  private readonly lastHeard = signal(Date.now());
  private socket: WebSocket | null = null;
  private pauseMs = firstPauseMs;
  private timer = 0;
  /** Whether the last request was answered. */
  private answered = false;
  private readonly listening: number;

  private readonly isBlocked = signal(false);

  readonly state: ReadonlySignal<ConnectionState> = this.now;
  /** The node answers requests, but its WebSocket could not be opened. */
  readonly blocked: ReadonlySignal<boolean> = this.isBlocked;
  readonly silent: ReadonlySignal<boolean> = this.isSilent;
  /** Date.now() of the last message. */
  readonly heard: ReadonlySignal<number> = this.lastHeard;

  constructor(
    private readonly key: string,
    private readonly take: (message: Message) => void,
    private readonly isQuiet: () => boolean,
    private readonly onLost: () => void,
  ) {
    this.connect();
    this.listening = setInterval(() => this.listen(), 1000) as unknown as number;
    addEventListener("online", () => this.hurry());
  }

  /** The node has greeted: from now on messages can be sent. */
  greeted(): void {
    this.pauseMs = firstPauseMs;
    this.isBlocked.value = this.answered = false;
    this.now.value = "open";
  }

  /** Returns whether it could be sent. */
  send(message: Message): boolean {
    if (this.now.peek() !== "open" || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Silence until now does not count. */
  excuse(): void {
    this.lastHeard.value = Date.now();
  }

  /** Tries at once, if it waits to try again. */
  hurry(): void {
    if (this.now.peek() === "gone" && !this.socket) void this.tryAgain();
  }

  end(): void {
    clearInterval(this.listening);
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    this.now.value = "refused";
    socket?.close();
  }

  private connect(): void {
    clearTimeout(this.timer);
    const socket = new WebSocket(address(), keyProtocols(this.key));
    this.socket = socket;
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.lastHeard.value = Date.now();
      this.isSilent.value = false;
      this.take(JSON.parse(String(event.data)) as Message);
    };
    socket.onclose = () => this.lost(socket);
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.now.value = "gone";
    this.onLost();
    const pause = this.pauseMs * (0.75 + Math.random() / 2);
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
    this.timer = setTimeout(() => void this.tryAgain(), pause) as unknown as number;
  }

  /** A browser does not say why a WebSocket was refused, so a request asks whether it is the key. */
  private async tryAgain(): Promise<void> {
    clearTimeout(this.timer);
    const answer = await fetch("api/followers", { headers: { "X-API-Key": this.key }, cache: "no-store" }).catch(
      () => null,
    );
    if (this.socket || this.now.peek() !== "gone") return;
    if (answer?.status === 401) this.now.value = "refused";
    else {
      // An error may be a proxy's, whose node is gone. A node that has just come back answers the first time: only the
      // second time is a sign.
      const answered = answer?.ok === true;
      this.isBlocked.value = answered && this.answered;
      this.answered = answered;
      this.connect();
    }
  }

  /** Notices a node that says nothing more although its connection stands. */
  private listen(): void {
    if (this.isQuiet() || this.now.peek() !== "open") return;
    const silence = Date.now() - this.lastHeard.peek();
    this.isSilent.value = silence > silentAfterMs;
    const socket = this.socket;
    if (silence > deadAfterMs && socket) {
      socket.close();
      this.lost(socket);
    }
  }
}
