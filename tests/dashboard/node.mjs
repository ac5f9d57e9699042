// A real node in a temporary folder, and what a test asks of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const keys = { all: "key-of-the-test", view: "view-key-of-the-test" };

const common = `
[http]
api_key = "${keys.all}"
view_key = "${keys.view}"
`;

/** Waits until `check` returns something, at most so long; fails with `what`. */
export async function until(what, check, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await check();
    if (got)
      return got;
    if (Date.now() > end)
      throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((go) => setTimeout(go, 20));
  }
}

/** Writes how long something took to be seen, which depends on the machine and so fails no test. */
export function sayHowSoon(t, begin) {
  t.diagnostic(`seen after ${Date.now() - begin} ms; at most 2000 on a machine that does nothing else`);
}

async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts two nodes of one cluster, alpha and beta, that know each other. */
export async function startCluster(pools) {
  const ports = [await freePort(), await freePort()];
  const peers = JSON.stringify(ports.map((port) => `127.0.0.1:${port}`));
  const start = (name, port) => Node.start(`[cluster]\nlisten = "127.0.0.1:${port}"\npeers = ${peers}\n${pools}`, name);
  const nodes = await Promise.all([start("alpha", ports[0]), start("beta", ports[1])]);
  await until("the nodes are connected", async () => (await nodes[0].get("api/nodes")).filter((node) => node.state === "up").length === 2);
  return nodes;
}

export class Node {
  #process = null;
  #said = "";
  #listen = "127.0.0.1:0";

  /** @param pools The pools, and what else is configured. */
  static async start(pools, name = "alpha") {
    const node = new Node();
    node.name = name;
    node.folder = await mkdtemp(join(tmpdir(), "troupe-node-"));
    await writeFile(join(node.folder, "node.toml"), `[node]\nname = "${name}"\nstate_dir = "state"\n${common}\n${pools}`);
    await node.run();
    return node;
  }

  async run() {
    const args = ["serve", "-c", "node.toml", "--set", `http.listen=${this.#listen}`];
    this.#process = spawn(process.env.TROUPE, args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#process.stderr.on("data", (bytes) => (this.#said = (this.#said + bytes).slice(-20_000)));
    const lines = createInterface({ input: this.#process.stdout });
    const ready = (async () => {
      for await (const line of lines) {
        const found = /ready http=(\S+)/.exec(line);
        if (found)
          return found[1];
      }
      throw new Error(`the node did not start:\n${this.#said}`);
    })();
    this.url = await ready;
    this.#listen = new URL(this.url).host; // the same when it is started again
  }

  get pid() {
    return this.#process.pid;
  }

  get runs() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async end(signal = "SIGTERM") {
    if (!this.runs)
      return;
    const ended = once(this.#process, "exit");
    this.#process.kill(signal);
    // A second signal ends calls that run, too.
    const again = setTimeout(() => this.#process.kill(signal), 500);
    await ended;
    clearTimeout(again);
  }

  async remove() {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Asks the API; the answer as JSON. */
  async ask(method, path, body) {
    const headers = { "X-API-Key": keys.all, "Content-Type": "application/json" };
    // Not `fetch`, which gives up a call after five minutes.
    const sent = request(`${this.url}/${path}`, { method, headers, agent: false });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = await once(sent, "response");
    const parts = [];
    for await (const part of answer)
      parts.push(part);
    return { status: answer.statusCode, value: JSON.parse(Buffer.concat(parts)) };
  }

  async get(path) {
    const { status, value } = await this.ask("GET", path);
    if (status !== 200)
      throw new Error(`GET ${path}: ${status} ${JSON.stringify(value)}`);
    return value;
  }

  /** A call that the test does not wait for; its outcome is a promise. */
  call(to, kind, payload, parameters = "") {
    return this.ask("POST", `api/call/${to}/${kind}${parameters}`, payload);
  }

  worker(name) {
    return this.get(`api/workers/${name}`);
  }
}
