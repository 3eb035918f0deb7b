/**
 * A cluster of C heartbeat 3.0.6 and our nodes, in network namespaces of its own, so that several
 * may run side by side.
 *
 * @module
 */
import { libraries } from "../../../daemons/heartbeat/clients/peer_credentials.ts";
import { Running } from "./running.ts";
import { lab, register } from "./lab.ts";
import { defaults, type Shape } from "./shape.ts";

const project = decodeURIComponent(new URL("../../..", import.meta.url).pathname);
/** Seconds that a command of the lab may take. */
const labSeconds = 60;

/** One cluster. */
export class Cluster {
  /** Our heartbeats, by the number of their node. */
  readonly nodes = new Map<number, Running>();
  /** Clients that speak the local API, by the number of their node. */
  readonly clients = new Map<number, Running>();
  readonly count: number;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly #scratch: string;
  #calls = 0;

  constructor(readonly shape: Shape, scratch: string) {
    this.count = shape.c + shape.ours;
    this.keepaliveMs = shape.keepaliveMs ?? defaults.keepaliveMs;
    this.deadtimeMs = shape.deadtimeMs ?? defaults.deadtimeMs;
    this.#scratch = `${scratch}/${shape.name}`;
    Deno.mkdirSync(this.#scratch, { recursive: true });
  }

  async up(): Promise<void> {
    await this.lab("up", String(this.shape.c), String(this.shape.ours));
    if (this.shape.listenOnly) return;
    for (let index = this.shape.c + 1; index <= this.count; index++) this.start(index);
  }

  async down(): Promise<void> {
    // Ends the process of every node's namespace, and with it all others.
    await this.lab("down");
    const all = [...this.nodes.values(), ...this.clients.values()].map(({ ended }) => ended);
    await Promise.race([Promise.all(all), pause(10_000)]);
  }

  /** Numbers of all nodes. */
  get indexes(): number[] {
    return Array.from({ length: this.count }, (_, at) => at + 1);
  }

  isOurs(index: number): boolean {
    return index > this.shape.c;
  }

  /** Folder of a node of ours: its authkeys and its state. */
  folder(index: number): string {
    const folder = `${this.#scratch}/${index}`;
    Deno.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Starts a node of ours, in the place of one that is gone. */
  start(
    index: number,
    change: Readonly<Record<string, unknown>> & { auth?: string } = {},
  ): Running {
    const { auth = this.shape.auth, ...more } = change;
    const folder = this.folder(index);
    const authkeys = `${folder}/authkeys`;
    Deno.writeTextFileSync(authkeys, `auth 1\n1 ${auth}\n`, { mode: 0o600 });
    const config = {
      node: `node${index}`,
      nodes: this.indexes.map((index) => `node${index}`),
      keepaliveMs: this.keepaliveMs,
      deadtimeMs: this.deadtimeMs,
      initdeadMs: 4 * this.deadtimeMs,
      ...(this.shape.autojoin === undefined ? {} : { autojoin: this.shape.autojoin }),
      authkeys,
      state: `${folder}/heartbeat`,
      register,
      listenPath: `${folder}/heartbeat.sock`,
      media: [{ link: "eth0", plugin: `medium/${this.shape.media}`, config: this.#medium(index) }],
      ...more,
    };
    const node = this.#deno(index, "heartbeat_node.ts", config, [
      "--allow-net=10.77.0.0/24:694,10.77.0.0/24:0,0.0.0.0:694,239.192.77.1:694," +
      `unix:${register},unix:${folder}/heartbeat.sock`,
      `--allow-read=${project},${folder},${register}`,
      `--allow-write=${folder},${register}`,
      ...("rules" in change ? [`--allow-ffi=${libraries.join(",")}`] : []),
    ]);
    this.nodes.set(index, node);
    return node;
  }

  /** Takes apart for so long what C nodes send, on a node of ours that was not started. */
  capture(index: number, forMs: number, odd: unknown): Running {
    const [method, key = ""] = this.shape.auth.split(" ");
    return this.#deno(index, "heartbeat_capture.ts", { forMs, method, key, odd }, [
      "--allow-net=0.0.0.0:694",
    ]);
  }

  /** Starts a client of the local API, a program beside this folder, on a node of either kind. */
  sign(
    index: number,
    options: Readonly<Record<string, unknown>> = {},
    program = "heartbeat_client.ts",
  ): Running {
    const client = this.#deno(
      index,
      program,
      { register, name: "chat", ...options },
      [
        `--allow-net=unix:${register}`,
        `--allow-read=${project},${register}`,
        `--allow-write=${register}`,
      ],
    );
    this.clients.set(index, client);
    return client;
  }

  /**
   * Ends a node as a crash does: one of ours with SIGKILL, a C node with its whole machine.
   *
   * @returns when, in milliseconds since 1970.
   */
  async kill(index: number): Promise<number> {
    const node = this.nodes.get(index);
    if (node === undefined) {
      const pid = (await this.lab("pid", String(index))).trim();
      const at = await this.#shell(`date +%s%3N; kill -9 ${Number(pid)}`);
      await this.lab("crash", String(index));
      return Number(at);
    }
    if (node.pid === undefined) throw new Error(`node${index} has not begun`);
    const at = await this.exec(index, "sh", "-c", `date +%s%3N; kill -9 ${node.pid}`);
    await node.ended;
    this.nodes.delete(index);
    return Number(at.split("\n")[0]);
  }

  /** Lets a node of ours stand still, and go on. */
  async suspend(index: number): Promise<void> {
    await this.exec(index, "kill", "-STOP", String(this.nodes.get(index)?.pid));
  }

  async resume(index: number): Promise<void> {
    const node = this.nodes.get(index);
    await this.exec(index, "kill", "-CONT", String(node?.pid));
    // `nsenter` stands still with its child, but does not go on with it.
    await this.#shell(`kill -CONT $(ps -o pid= --ppid ${node?.outside})`);
  }

  /** Starts a C node again after `kill`. */
  async boot(index: number): Promise<void> {
    await this.lab("boot", String(index));
    await this.lab("start", String(index));
  }

  /** Changes the nodes of the running cluster through a node of ours; throws if it refuses. */
  async change(index: number, change: unknown): Promise<void> {
    const path = `${this.folder(index)}/heartbeat.sock`;
    const asked = this.#deno(index, "heartbeat_change.ts", { path, change }, [
      `--allow-net=unix:${path}`,
      `--allow-read=${path}`,
      `--allow-write=${path}`,
    ]);
    await asked.ended;
    const answer = asked.lines.at(-1);
    if (answer?.event !== "done") {
      throw new Error(answer?.event ?? "no answer to a change of nodes");
    }
  }

  /** Ends a client. */
  async endClient(index: number): Promise<void> {
    const client = this.clients.get(index);
    if (client?.pid === undefined) return;
    await this.exec(index, "kill", "-9", String(client.pid));
    await client.ended;
    this.clients.delete(index);
  }

  /** Waits until everybody says `active` of everybody, and every link of every node is up. */
  async allActive(withinMs = 20_000): Promise<void> {
    let missing = "";
    await until(
      async () => {
        for (const index of this.indexes) {
          const name = `node${index}`;
          for (const [at, node] of this.nodes) {
            if (node.sees(name) !== "active") {
              missing = `node${at} says ${node.sees(name)} of ${name}`;
              return false;
            }
          }
          for (const asked of this.indexes) {
            const said = await this.clStatus(asked, "nodestatus", name);
            if (said !== "active") {
              missing = `cl_status on node${asked} says "${said}" of ${name}`;
              return false;
            }
            if (asked === index) continue;
            const link = await this.clStatus(asked, "hblinkstatus", name, "eth0");
            if (link !== "up") {
              missing = `cl_status on node${asked} says "${link}" of ${name}'s eth0`;
              return false;
            }
          }
        }
        return true;
      },
      withinMs,
      () => `not everybody is active: ${missing}`,
    );
  }

  /** The original's own command, on a node of either kind. */
  async clStatus(node: number, ...words: string[]): Promise<string> {
    return (await this.exec(node, "timeout", "5", "cl_status", ...words)).trim();
  }

  /** Runs a command within a node; gives what it wrote. */
  exec(index: number, ...words: string[]): Promise<string> {
    return this.lab("exec", String(index), ...words);
  }

  /** A command of the lab; gives what it wrote. */
  async lab(...words: string[]): Promise<string> {
    // `up` leaves children behind that keep its output open: a file does not wait for them.
    const out = `${this.#scratch}/out${++this.#calls}`;
    const script =
      `timeout -k 2 ${labSeconds} bash "$0" "$@" > ${out} 2>> ${this.#scratch}/err < /dev/null`;
    await this.#command(words, ["-c", script]).spawn().status;
    const text = Deno.readTextFileSync(out);
    Deno.removeSync(out);
    return text;
  }

  async #shell(script: string): Promise<string> {
    const { stdout } = await new Deno.Command("bash", { args: ["-c", script], stdin: "null" })
      .output();
    return new TextDecoder().decode(stdout);
  }

  #deno(
    index: number,
    program: string,
    config: unknown,
    flags: readonly string[],
  ): Running {
    return new Running(this.#command([
      "exec",
      String(index),
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${project}deno.json`,
      ...flags,
      `${project}tests/interop/${program}`,
      JSON.stringify(config),
    ]));
  }

  #command(words: readonly string[], how: readonly string[] = []): Deno.Command {
    const { shape } = this;
    const extra = [
      ...(shape.compression === undefined ? [] : [
        "traditional_compression on",
        `compression ${shape.compression}`,
        "compression_threshold 1",
      ]),
      ...(shape.autojoin === undefined ? [] : [`autojoin ${shape.autojoin}`]),
      "apiauth chat uid=root",
    ];
    return new Deno.Command("bash", {
      args: [...how, lab, ...words],
      stdin: "null",
      stdout: how.length > 0 ? "null" : "piped",
      stderr: "null",
      env: {
        HB_LAB: `/run/hb-interop-${Deno.pid}-${shape.name}`,
        PFX: `hb${Deno.pid}${shape.name}`,
        MEDIA: shape.media,
        AUTH: shape.auth,
        MSGFMT: shape.msgfmt ?? "classic",
        KEEPALIVE: `${this.keepaliveMs}ms`,
        DEADTIME: `${this.deadtimeMs}ms`,
        WARNTIME: `${Math.round(this.deadtimeMs * 0.6)}ms`,
        INITDEAD: `${4 * this.deadtimeMs}ms`,
        CRM: shape.ccm ? "ccm-only" : "off",
        CCM: "0",
        EXTRA: extra.join("\n"),
      },
    });
  }

  #medium(index: number): Record<string, unknown> {
    const address = `10.77.0.${index}`;
    switch (this.shape.media) {
      case "bcast":
        return { address, broadcast: "10.77.0.255", port: 694 };
      case "mcast":
        return { address, group: "239.192.77.1", port: 694 };
      case "ucast":
        return {
          address,
          port: 694,
          peers: this.indexes.filter((other) => other !== index)
            .map((other) => ({ address: `10.77.0.${other}`, port: 694 })),
        };
    }
  }
}

/** Lets time pass. */
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  otherwise: () => string,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(otherwise());
    await pause(20);
  }
}
