/**
 * A real node whose site has approved hostile plugins: `recoverymgrd`, `heartbeat`, `cluster`,
 * `lrmd` and `stonithd`, each with its own flags, a partner that listens, and a client that changes
 * the configuration as an operator would.
 *
 * @module
 */
import type { CibChange, Json, Message } from "../../../daemons/runtime/messages.ts";
import { lockText } from "../../../daemons/site/consent/lock_file.ts";
import { pinAll } from "../../../daemons/site/consent/pin.ts";
import { freeUdpPorts } from "../../../daemons/site/free_ports.ts";
import { primitiveElement } from "../../../daemons/mgmtd/local_nodes/primitive.ts";
import { stringify } from "@std/xml";
import { end, look } from "../../../metadata/marked.ts";
import type { Attack, Surroundings } from "../attack.ts";
import { identifier } from "../plugins.ts";
import { project, setStage } from "../stage.ts";
import { deadtimes } from "./deadtimes.ts";
import { beating, controlFlags, ended, listen } from "./hearts.ts";
import type { Heard } from "./listener.ts";
import { writeStrangers } from "./strangers.ts";
import {
  cluster,
  formMs,
  log,
  makeFolder,
  mark,
  nodeFolder,
  processes,
  reach,
  startNode,
} from "./victim.ts";

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

/** A resource of the configuration. */
const primitive = (id: string, agent: Readonly<Record<string, string>>, config: object): string =>
  stringify(primitiveElement({
    id,
    agent,
    parameters: Object.fromEntries(
      Object.entries(config).map(([name, value]) => [name, String(value)]),
    ),
  }));
