/**
 * A cluster of one node, of the real daemons, that uses a plugin as its kind is used: in a folder of
 * its own that is removed at the end, with every process that it started.
 *
 * @module
 */
import type { TreeNode } from "../../../../../pils/loader_types.ts";
import { lockText } from "../../../../site/consent/lock_file.ts";
import type { CibChange, Message } from "../../../../runtime/messages.ts";
import { intensity } from "../../../../recoverymgrd/doors/intensity.ts";
import { freeUdpPorts } from "../../../../site/free_ports.ts";
import {
  type LocalCluster,
  writeLocalCluster,
  writeNodeConfig,
  writePrivate,
} from "../../../local_nodes/local_cluster.ts";
import { type Guard, guarded } from "../../../local_nodes/guarded.ts";
import { localNodes, type Nodes } from "../../../local_nodes/nodes.ts";
import { type Watch, watch } from "../../../local_nodes/watch.ts";
import { followLog, type NodeLog } from "./node_log.ts";
import { resultsIn } from "./operations.ts";
import type { Place } from "./place.ts";
import {
  authkeysFor,
  cibFor,
  type Guest,
  nodeConfigFor,
  resourceOf,
  sandboxNode,
  siteFolder,
} from "./sandbox_files.ts";
import { deviceSeen, heldBy, linkSeen, pingSeen, resourceSeen, type Seen } from "./seen.ts";
import { pause } from "../../../../../metadata/timer.ts";

/** Milliseconds until the node is a cluster of one. */
const formMs = 30_000;
/** Milliseconds until the plugin is in use, or has failed. */
const useMs = 60_000;
/** Milliseconds that a daemon may take to end. */
const endMs = 10_000;
/** Milliseconds in which the services of the node are stopped. */
const stopMs = 20_000;
/** Milliseconds between two looks. */
const lookMs = 50;
/** Results that are remembered at most. */
const toldMax = 10_000;
/** One less than the recovery manager makes: then the node itself restarts. */
const restartsMax = intensity.restartsMax - 1;

/** Lines that follow the end of a daemon that was asked to end. */
const expectedOf = (process: string): RegExp =>
  new RegExp(
    `^recoverymgrd: ${process} ended with code 0; it is started|` +
      "^crmd: The local resource manager is gone",
  );

/** What became of a plugin on the node. */
export interface Used extends Seen {
  /** What was restarted for it. */
  readonly started: string;
  /** How it is held by its process, where it is. */
  readonly held?: Pick<TreeNode, "isolation" | "permissions" | "loadMs">;
}

/** How a sandbox reports, and when it gives up. */
export interface Setting {
  readonly project: string;
  readonly local: LocalCluster;
  readonly place: Extract<Place, { type: "node" }>;
  readonly show: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The sandbox. */
export class Sandbox implements AsyncDisposable {
  readonly #setting: Setting;
  readonly #nodes: Nodes;
  readonly #log: NodeLog;
  readonly #ports: Readonly<Record<string, number>>;
  #watch: Watch | undefined;
  #resource: string | undefined;
  #restarts: number[] = [];
  /** Results that have come, so that each is reported once. */
  readonly #told = new Set<string>();
  readonly #name: string;
  #isInUse = false;
  #count = 0;

  private constructor(
    setting: Setting,
    guest: Guest,
    ports: Readonly<Record<string, number>>,
    guard: Guard,
  ) {
    const { project, local, show } = setting;
    this.#setting = setting;
    this.#ports = ports;
    const log = `${local.folder}/log`;
    this.#nodes = localNodes(project, local, () => log, guard);
    this.#log = followLog(log, guest.id, show);
    this.#resource = resourceOf(guest);
    this.#name = guest.locked.manifest.name;
  }

  /**
   * Writes the files; nothing runs yet. The second port is one to which nobody listens.
   *
   * @throws {Deno.errors.AlreadyExists} if there is a sandbox of this plugin already.
   */
  static async make(setting: Setting, guest: Guest): Promise<Sandbox> {
    const { project, local } = setting;
    const guard = await guarded(project, local);
    try {
      const [own = 0, nobody = 0] = freeUdpPorts(2);
      const ports = { [sandboxNode]: own, nobody };
      await writeLocalCluster(local, cibFor(guest), () => nodeConfigFor(local, ports, guest));
      await Deno.mkdir(siteFolder(local), { mode: 0o700 });
      return new Sandbox(setting, guest, ports, guard);
    } catch (error) {
      await guard.close();
      throw error;
    }
  }

  /** Has the plugin used as it is pinned now, and says what became of it. */
  async use(guest: Guest): Promise<Used> {
    this.#isInUse = false;
    await this.#write(guest);
    const resource = resourceOf(guest);
    const changed = resource === this.#resource ? undefined : resource;
    let started = "the node";
    const { place } = this.#setting;
    if (!this.#nodes.isUp(sandboxNode) || this.#watch?.watched.up !== true) {
      await this.#start();
      if (changed !== undefined) await this.#change(changed);
    } else if (place.restarts === "node" || this.#mustRest()) {
      await this.#log.expect(/./);
      await this.#watch[Symbol.asyncDispose]();
      await this.#nodes.stop(sandboxNode, stopMs);
      await this.#start();
      if (changed !== undefined) await this.#change(changed);
    } else {
      started = place.process;
      // The end that was asked for; and that what is configured is not yet what the new code takes.
      await this.#log.expect(changed !== undefined ? /./ : expectedOf(place.process));
      await this.#nodes.restart(sandboxNode, place.process, endMs);
      await this.#until(formMs, () => Promise.resolve(this.#isServed(place.process)));
      if (changed !== undefined) await this.#change(changed);
    }
    this.#resource = resource;
    const seen = await this.#until(useMs, () => this.#seen(guest));
    await this.#log.expect(undefined);
    const client = this.#watch?.client;
    const held = client && await heldBy(client, place.process, guest.id).catch(() => undefined);
    this.#isInUse = true;
    return {
      ...seen,
      started,
      ...(held === undefined ? {} : { held }),
    };
  }

  /** Stops the services of the node, then everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isInUse = false;
    await this.#log.expect(/./);
    await this.#watch?.[Symbol.asyncDispose]();
    if (this.#nodes.isUp(sandboxNode)) await this.#nodes.stop(sandboxNode, stopMs);
    await this.#log[Symbol.asyncDispose]();
    await this.#nodes.close();
  }

  async #write(guest: Guest): Promise<void> {
    const { local } = this.#setting;
    const { id, locked } = guest;
    const lock = lockText({ version: 1, plugins: { [id]: locked } });
    await writePrivate(`${siteFolder(local)}/plugins.lock.json`, lock);
    await writeNodeConfig(local, sandboxNode, nodeConfigFor(local, this.#ports, guest));
    const keys = authkeysFor(guest);
    if (keys !== undefined) await writePrivate(`${local.folder}/authkeys`, keys);
  }

  /** Starts the node and waits until it is a cluster. */
  async #start(): Promise<void> {
    const { local } = this.#setting;
    await this.#watch?.[Symbol.asyncDispose]();
    this.#restarts = [];
    this.#nodes.start(sandboxNode);
    await this.#log.expect(undefined);
    const events = {
      changed() {},
      fenced() {},
      cib: (changes: readonly CibChange[]) => this.#tell(changes),
    };
    const isGone = () => this.#setting.signal.aborted || !this.#nodes.isUp(sandboxNode);
    this.#watch = await watch(local, sandboxNode, events, formMs, isGone).catch((error) => {
      this.#alive();
      throw error;
    });
    await this.#until(
      formMs,
      () => Promise.resolve(this.#watch?.watched.view?.quorate || undefined),
    );
  }

  /** Whether the recovery manager has restarted so much that it would give the node up. */
  #mustRest(): boolean {
    const now = performance.now();
    this.#restarts = this.#restarts.filter((at) => at > now - intensity.periodMs);
    if (this.#restarts.length >= restartsMax) return true;
    this.#restarts.push(now);
    return false;
  }

  /** Whether the process is there for others, after its restart. */
  #isServed(process: string): true | undefined {
    return this.#watch?.client.services().includes(process) || undefined;
  }

  /** Puts the resource into the CIB in the place of what it was. */
  async #change(resource: string) {
    // What is created takes the place of what has its id.
    const changes: CibChange[] = [
      { op: "create", path: "/cib/configuration/resources", xml: resource },
    ];
    await this.#until(formMs, async () => {
      const id = `dev-cib-${++this.#count}`;
      const answer = await this.#watch?.client.ask(
        "cib",
        { type: "cib/apply", id, changes },
        (message): message is Extract<Message, { type: "cib/applied" }> =>
          message.type === "cib/applied" && message.id === id,
        formMs,
      );
      // Until there is a coordinator nothing can be changed; at the end the last reason counts.
      if (answer?.ok === false) throw new Error(answer.error ?? "The CIB was not changed");
      return answer?.ok;
    });
  }

  async #seen(
    { id, locked: { manifest: { kind, name } }, isPing, parameters }: Guest,
  ): Promise<Seen | undefined> {
    const client = this.#watch?.client;
    if (client === undefined) return undefined;
    switch (kind) {
      case "stonith":
        return await deviceSeen(client, name);
      case "ra":
        return await resourceSeen(client, name);
      case "medium":
        return isPing
          ? await pingSeen(client, parameters.plugin["name"] ?? "")
          : await linkSeen(client, `${name}1`);
      default: {
        const held = await heldBy(client, this.#setting.place.process, id);
        return held === undefined ? undefined : { ok: true, lines: [] };
      }
    }
  }

  /** Tells what the node does with the resource meanwhile. */
  #tell(changes: readonly CibChange[]): void {
    const { show } = this.#setting;
    for (const [key, text] of resultsIn(changes, this.#name)) {
      if (this.#told.has(key)) continue;
      if (this.#told.size >= toldMax) this.#told.clear();
      this.#told.add(key);
      if (this.#isInUse) show(`  ${this.#name} ${text}`);
    }
  }

  /** @throws {Error} if there is nothing more to wait for. */
  #alive(): void {
    this.#setting.signal.throwIfAborted();
    if (this.#nodes.isUp(sandboxNode)) return;
    throw new Error("the node has ended: see the lines of its daemons above");
  }

  /** Looks until there is something. */
  async #until<T>(withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
    const until = performance.now() + withinMs;
    for (;;) {
      this.#alive();
      const found = await look().catch((error) => {
        if (performance.now() > until) throw error;
        return undefined;
      });
      if (found !== undefined) return found;
      if (performance.now() > until) throw new Error(`nothing came of it within ${withinMs} ms`);
      await pause(lookMs);
    }
  }
}
