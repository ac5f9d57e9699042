// The orders on terminals, and the sentences that say what they do.

import type { Json } from "../answers";
import { plural } from "../formats";
import { at, type Order } from "../orders";
import { figure, isSpawned, type Agent } from "./agents";

/** Returns a new name, for where clients that decide a size are named. */
export function clientName(): string {
  return `dashboard-${[...crypto.getRandomValues(new Uint8Array(4))].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
}

export interface Size {
  rows: number;
  cols: number;
}

function applied(answer: Json): boolean {
  return answer !== null && typeof answer === "object" && !Array.isArray(answer) && answer.applied === true;
}

/** @param client Who decides the size then. */
export function takeSize(agent: Agent, size: Size, client: string): Order {
  const now = `The program gets ${size.rows} rows of ${size.cols} columns instead of ${agent.rows} × ${agent.cols}, and draws itself anew.`;
  const other = agent.driver ? `${agent.driver} decides the size now, and no longer will. ` : "";
  return {
    verb: "Take the size",
    subject: `of ${agent.name}`,
    will: `${other}${now} This page decides the size until it is left.`,
    method: "POST",
    path: at`api/resize/${agent.name}`,
    body: { ...size, session_id: client, take: true },
    did: (answer) => (applied(answer) ? `${agent.name} has ${size.rows} × ${size.cols} now` : `${agent.name} kept its size`),
  };
}

export function flushPending(agent: Agent): Order {
  return {
    verb: "Flush",
    subject: agent.name,
    will: `Types ${plural(agent.pending_messages, "message")} into ${agent.name}, one after the other.`,
    method: "POST",
    path: at`api/spawned/${agent.name}/flush`,
    did: (answer) => `${plural(figure(answer, "flushed"), "message")} released to ${agent.name}`,
  };
}

export function changeMode(agent: Agent): Order {
  const held = agent.delivery_mode === "manual_flush";
  return {
    verb: held ? "Release messages" : "Hold messages",
    subject: `to ${agent.name}`,
    will: held
      ? `Messages to ${agent.name} are typed by themselves again, as soon as it is silent; those that wait, too.`
      : `Messages to ${agent.name} wait until somebody flushes them. What a person types is not held.`,
    method: "PUT",
    path: at`api/spawned/${agent.name}/delivery-mode`,
    body: { mode: held ? "auto_inject" : "manual_flush" },
    did: () => `messages to ${agent.name} ${held ? "are typed by themselves" : "wait for a flush"}`,
  };
}

export function endProgram(agent: Agent): Order {
  return {
    verb: "End",
    subject: agent.name,
    will:
      `Ends ${agent.cli} (pid ${agent.pid}): SIGHUP, then SIGTERM, then SIGKILL. What it has not saved is lost.` +
      (isSpawned(agent) ? "" : " Its pool stays, with one program less until it is restarted."),
    harmful: true,
    method: "DELETE",
    path: isSpawned(agent) ? at`api/spawned/${agent.name}` : at`api/workers/${agent.worker}`,
    did: () => `${agent.name} ended`,
  };
}

export function spawnProgram(name: string, cli: string, args: string[], cwd: string): Order {
  return {
    verb: "Start",
    subject: name,
    will: "Starts a program on a terminal of its own.",
    method: "POST",
    path: "api/spawn",
    body: { name, cli, args, ...(cwd ? { cwd } : {}) },
    did: () => `${name} runs`,
  };
}
