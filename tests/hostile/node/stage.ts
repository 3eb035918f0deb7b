/**
 * A real node whose site has consented to hostile plugins: `recoverymgrd`, `heartbeat`, `cluster`,
 * `lrmd` and `stonithd`, each with its own flags, a partner that listens, and a client that changes
 * the configuration as an operator would.
 *
 * @module
 */
import { type Client, connect } from "../../../daemons/client.ts";
import { flagsOf, socketOf } from "../../../daemons/flags.ts";
import type { CibChange, Json, Message } from "../../../daemons/messages.ts";
import { lockText } from "../../../daemons/consent/lock_file.ts";
import { pinAll } from "../../../daemons/consent/pin.ts";
import { stringify } from "../../../metadata/xml/mod.ts";
import { filePath } from "../../../pils/found.ts";
import { end, look } from "../../../pils/marked.ts";
import type { Attack, Surroundings } from "../attack.ts";
import { identifier, project, setStage } from "../stage.ts";
import type { Heard } from "./listener.ts";
import { deadtimes } from "./deadtimes.ts";
import { writeStrangers } from "./strangers.ts";

/** The folder of the node, the same for every run: its sockets are in the permissions of the tests. */
export const nodeFolder = `${filePath(project)}/.test/hostile_node`;

/** The one socket that is used from outside. */
export const nodeSocket = socketOf({ run: `${nodeFolder}/run` }, "cluster");

/** A name that no other run has: whatever carries the mark is ended. */
const cluster = `hostile${Deno.pid}`;
const mark = `HA_NODE=${cluster}/victim`;
/** Milliseconds within which a node forms its cluster of one. */
const formMs = 60_000;
/** Milliseconds within which a daemon answers. */
const answerMs = 10_000;
/** Milliseconds within which killed processes are gone. */
const goneMs = 10_000;

/** Where a stranger's plugin strikes: as a fencing device, or as a class of resource agents. */
export type Place = "device" | "agents";

/** A node under attack. */
export interface NodeStage extends AsyncDisposable {
  readonly surroundings: Surroundings;
  /** Milliseconds between two heartbeats. */
  readonly keepaliveMs: number;
  /** What the partner has heard since it was asked last. */
  heard(): Promise<Heard>;
  /** What a process beside the node heard late that only beats, since it was asked last. */
  machine(): Promise<Heard>;
  /** Configures a resource of an attack: the node loads it. */
  configure(name: string, place: Place): Promise<void>;
  /** Configures a fencing device of a plugin by its name. */
  device(id: string, type: string, config: Readonly<Record<string, string>>): Promise<void>;
  /** Takes it away again. */
  remove(name: string): Promise<void>;
  /** The configuration and status. */
  cib(): Promise<string>;
  /** What a daemon says of itself. */
  status(service: string): Promise<Json>;
  /** Ids of the processes of daemons, by name. */
  daemons(): Promise<ReadonlyMap<string, number>>;
  /** Ids of processes of plugins. */
  strangers(): Promise<number>;
  /** Arguments and environment of all processes of the node. */
  started(): Promise<string>;
  /** Processes that wanted to run, in the mean of the last minute, as the kernel counts. */
  load(): Promise<number>;
  /** What the node logged so far. */
  log(): Promise<string>;
  /** Lets an attack into a process that only beats: what its partner heard. */
  control(attack: Attack, ms: number): Promise<Heard>;
}

/** Starts the node. */
export async function nodeStage(
  attacks: readonly Attack[],
  keepaliveMs = 100,
): Promise<NodeStage> {
  await using stack = new AsyncDisposableStack();
  const stage = stack.use(await setStage([]));
  const { surroundings } = stage;
  await makeFolder();
  stack.defer(() => Deno.remove(nodeFolder, { recursive: true }));
  for (const folder of ["site", "run", "state"]) {
    await Deno.mkdir(`${nodeFolder}/${folder}`, { mode: 0o700 });
  }
  const write = (path: string, text: string) =>
    Deno.writeTextFile(`${nodeFolder}/${path}`, text, { mode: 0o600 });

  const folders = await writeStrangers(new URL(`file://${nodeFolder}/site/`), attacks);
  const lock = new URL(`file://${nodeFolder}/site/plugins.lock.json`);
  const denoPath = Deno.execPath();
  const configFile = new URL("deno.json", project);
  const pinned = await pinAll(folders, { lock, project, denoPath, configFile });
  const plugins = Object.fromEntries(
    pinned.map((locked) => [`${locked.manifest.kind}/${locked.manifest.name}`, locked]),
  );
  await write("site/plugins.lock.json", lockText({ version: 1, plugins }));

  // The node, and a partner that it sends its heartbeats to.
  const [port = 0, partner = 0, controlPort = 0, besidePort = 0] = freeUdpPorts(4);
  await write("authkeys", "auth 1\n1 sha1 hostile\n");
  await write("cib.xml", cib);
  await write(
    "node.json",
    JSON.stringify({
      cluster,
      node: "victim",
      nodes: ["victim"],
      state: `${nodeFolder}/state`,
      run: `${nodeFolder}/run`,
      authkeys: `${nodeFolder}/authkeys`,
      cib: `${nodeFolder}/cib.xml`,
      plugins: `${nodeFolder}/site`,
      keepaliveMs,
      deadtimeMs: deadtimes * keepaliveMs,
      initdeadMs: 10_000,
      media: [{
        plugin: "medium/ucast",
        address: "127.0.0.1",
        port,
        peers: [{ address: "127.0.0.1", port: partner }],
      }],
    }),
  );
  const listener = stack.use(listen(partner, keepaliveMs));
  const controlled = stack.use(listen(controlPort, keepaliveMs));
  const beside = stack.use(listen(besidePort, keepaliveMs));
  const bystander = beating(
    [`--allow-net=127.0.0.1:0,127.0.0.1:${besidePort}`],
    besidePort,
    keepaliveMs,
  );
  stack.defer(() => ended(bystander));
  stack.defer(async () => void await end(mark, "KILL", goneMs));
  const manager = startNode();
  stack.defer(async () => void await manager.status);
  stack.defer(async () => void await end(mark, "KILL", goneMs));
  const client = stack.use(await reach());
  let count = 0;
  const apply = async (changes: readonly CibChange[]) => {
    const id = `hostile-${++count}`;
    const answer = await client.ask(
      "cib",
      { type: "cib/apply", id, changes },
      (message): message is Message & { type: "cib/applied" } =>
        message.type === "cib/applied" && message.id === id,
      answerMs,
    );
    if (!answer.ok) throw new Error(`the CIB was not changed: ${answer.error}`);
  };
  const until = performance.now() + formMs;
  for (;;) {
    // Until the node is its own coordinator nothing can be changed.
    const done = await apply([]).then(() => true, () => false);
    if (done) break;
    if (performance.now() > until) {
      throw new Error(`no cluster within ${formMs} ms: ${await log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const held = stack.move();
  return {
    surroundings,
    keepaliveMs,
    heard: () => listener.heard(),
    machine: () => beside.heard(),
    configure: (name, place) =>
      apply([{
        op: "create",
        path: "/cib/configuration/resources",
        xml: primitive(
          name,
          place === "device"
            ? { class: "stonith", type: name }
            : { class: "deno", provider: "stranger", type: name },
          surroundings,
        ),
      }]),
    device: (id, type, config) =>
      apply([{
        op: "create",
        path: "/cib/configuration/resources",
        xml: primitive(id, { class: "stonith", type }, config),
      }]),
    remove: (name) =>
      apply([{ op: "delete", path: `/cib/configuration/resources/primitive[@id='${name}']` }]),
    async cib() {
      const id = `hostile-${++count}`;
      const answer = await client.ask(
        "cib",
        { type: "cib/query", id },
        (message): message is Message & { type: "cib/document" } =>
          message.type === "cib/document" && message.id === id,
        answerMs,
      );
      return answer.xml;
    },
    async status(service) {
      const id = `hostile-${++count}`;
      const answer = await client.ask(
        service,
        { type: "status/query", id },
        (message): message is Message & { type: "status/answer" } =>
          message.type === "status/answer" && message.id === id,
        answerMs,
      );
      return answer.status;
    },
    daemons: () => processes(/\/daemons\/(\w+)\/mod\.ts/),
    strangers: async () => (await look(mark)).length - (await processes(/\/daemons\/(\w+)\//)).size,
    async load() {
      const { stdout } = await new Deno.Command("/bin/sh", {
        args: ["-c", "cat /proc/loadavg"],
        stdin: "null",
      }).output();
      return Number.parseFloat(new TextDecoder().decode(stdout));
    },
    async started() {
      const { stdout } = await new Deno.Command("/bin/sh", {
        args: [
          "-c",
          'for p in "$@"; do cat /proc/$p/cmdline /proc/$p/environ; done 2>/dev/null; exit 0',
          "sh",
          ...(await look(mark)).map(String),
        ],
        stdin: "null",
        stderr: "null",
      }).output();
      return new TextDecoder().decode(stdout);
    },
    log,
    async control(attack, ms) {
      const child = beating(
        controlFlags(attack.control(surroundings), controlPort),
        controlPort,
        keepaliveMs,
        "300",
        `file://${nodeFolder}/site/${identifier(attack.name)}.js`,
        JSON.stringify({ ...surroundings, mark: `${surroundings.mark}.control` }),
      );
      await controlled.heard();
      while ((await controlled.heard()).beats === 0) {
        await new Promise((resolve) => setTimeout(resolve, 20)); // it is not there yet
      }
      await new Promise((resolve) => setTimeout(resolve, 300 + ms));
      const heard = await controlled.heard();
      await ended(child);
      return heard;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A process that only beats, or has an attack inside. */
function beating(flags: readonly string[], port: number, keepaliveMs: number, ...more: string[]) {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${filePath(project)}/deno.json`,
      ...flags,
      filePath(new URL("./beating.ts", import.meta.url)),
      String(port),
      String(keepaliveMs),
      ...more,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function ended(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended already */ }
  await child.status;
}

/** The control's own permissions, the right to read its module, and to send heartbeats. */
function controlFlags(flags: readonly string[], port: number): string[] {
  const own = { net: ["127.0.0.1:0", `127.0.0.1:${port}`], read: [filePath(project)] };
  const others = flags.filter((flag) => !/^--allow-(net|read)(=|$)/.test(flag));
  return others.concat(
    Object.entries(own).map(([name, entries]) => {
      const asked = flags.filter((flag) => flag.startsWith(`--allow-${name}`))
        .map((flag) => flag.slice(`--allow-${name}=`.length));
      return asked.includes("") ? `--allow-${name}` : `--allow-${name}=${[...entries, ...asked]}`;
    }),
  );
}

const cib = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
  <configuration>
    <crm_config>
      <cluster_property_set id="options">
        <nvpair id="options-stonith-enabled" name="stonith-enabled" value="true"/>
      </cluster_property_set>
    </crm_config>
    <nodes><node id="victim" uname="victim"/></nodes>
    <resources>
      <primitive id="honest" class="stonith" type="process">
        <instance_attributes id="honest-attributes">
          <nvpair id="honest-cluster" name="cluster" value="other"/>
          <nvpair id="honest-hostlist" name="hostlist" value="nobody"/>
        </instance_attributes>
      </primitive>
    </resources>
    <constraints/>
  </configuration>
  <status/>
</cib>
`;

function primitive(
  name: string,
  agent: Readonly<Record<string, string>>,
  config: object,
): string {
  return stringify({
    type: "element",
    name: { raw: "primitive", local: "primitive" },
    attributes: { id: name, ...agent },
    children: [{
      type: "element",
      name: { raw: "instance_attributes", local: "instance_attributes" },
      attributes: { id: `${name}-attributes` },
      children: Object.entries(config).map(([field, value]) => ({
        type: "element" as const,
        name: { raw: "nvpair", local: "nvpair" },
        attributes: { id: `${name}-${field}`, name: field, value: String(value) },
        children: [],
      })),
    }],
  });
}

/** Makes the folder; what a run left that was itself killed is cleared away. */
async function makeFolder(): Promise<void> {
  try {
    await Deno.mkdir(nodeFolder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const isUsed = await connect(nodeSocket).then(async (client) => {
      await client[Symbol.asyncDispose]();
      return true;
    }, () => false);
    if (isUsed) throw new Error(`Another run uses ${nodeFolder}: wait for its end`);
    await Deno.remove(nodeFolder, { recursive: true });
    await Deno.mkdir(nodeFolder, { mode: 0o700 });
  }
}

function startNode(): Deno.ChildProcess {
  const config = `${nodeFolder}/node.json`;
  return new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'umask 077; log=$1; shift; exec "$@" 2>>"$log"',
      "sh",
      `${nodeFolder}/log`,
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--cached-only",
      "--quiet",
      `--config=${filePath(project)}/deno.json`,
      ...flagsOf({
        read: [config, `${nodeFolder}/state`, `${nodeFolder}/run`],
        write: [`${nodeFolder}/state`, `${nodeFolder}/run`],
        run: ["/bin/sh"],
      }),
      `${filePath(project)}/daemons/recoverymgrd/mod.ts`,
      config,
    ],
    env: { HA_NODE: `${cluster}/victim`, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
}

async function log(): Promise<string> {
  return await Deno.readTextFile(`${nodeFolder}/log`).catch(() => "");
}

async function reach(): Promise<Client> {
  const until = performance.now() + formMs;
  for (;;) {
    const client = await connect(nodeSocket).catch(() => undefined);
    if (client !== undefined) return client;
    if (performance.now() > until) throw new Error(`no node within ${formMs} ms: ${await log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Processes of the node whose command line matches, by the first group of the match. */
async function processes(pattern: RegExp): Promise<ReadonlyMap<string, number>> {
  const ids = await look(mark);
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `for p in "$@"; do printf '%s ' $p; tr '\\0' ' ' </proc/$p/cmdline; echo; done 2>/dev/null`,
      "sh",
      ...ids.map(String),
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  const found = new Map<string, number>();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    // The shell that starts a daemon names it too, before it becomes the daemon.
    const [id = "", command = ""] = line.split(" ");
    const name = pattern.exec(line)?.[1];
    if (name === undefined || !command.endsWith("deno")) continue;
    // A child that is being started has its daemon's command line, until it becomes what it is.
    found.set(name, Math.min(found.get(name) ?? Infinity, Number(id)));
  }
  return found;
}

/** A partner on a port. */
function listen(port: number, keepaliveMs: number): AsyncDisposable & { heard(): Promise<Heard> } {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${filePath(project)}/deno.json`,
      `--allow-net=127.0.0.1:${port}`,
      filePath(new URL("./listener.ts", import.meta.url)),
      String(port),
      String(keepaliveMs),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  return {
    async heard() {
      await writer.write(new TextEncoder().encode("\n"));
      while (!rest.includes("\n")) {
        const { value, done } = await lines.read();
        if (done) throw new Error("the partner has ended");
        rest += value;
      }
      const [line = "", ...more] = rest.split("\n");
      rest = more.join("\n");
      return JSON.parse(line) as Heard;
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await lines.cancel();
      await child.status;
    },
  };
}

function freeUdpPorts(count: number): number[] {
  const sockets = Array.from(
    { length: count },
    () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
  );
  const ports = sockets.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const socket of sockets) socket.close();
  return ports;
}
