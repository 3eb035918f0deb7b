/**
 * A node whose daemons hang, whose configuration changes while it runs, and one that cannot start:
 * real processes, real signals.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startManager } from "../daemons/mgmtd/local_nodes/start_manager.ts";
import { readStatus } from "../daemons/recoverymgrd/status_file.ts";
import { descriptions } from "../daemons/processes.ts";
import type { ProcessDescription } from "../daemons/site/description.ts";
import { filePath } from "../pils/found.ts";
import { end, look } from "../metadata/marked.ts";

const project = filePath(new URL("..", import.meta.url));
const scratch = `${project}/.test`;
/** Those that run on every node. */
const processes = descriptions.filter(({ present }: ProcessDescription) => present === undefined)
  .map(({ name }) => name);
const permissions = {
  permissions: {
    net: ["127.0.0.1"],
    read: [project],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
  },
};

/** Milliseconds after which a daemon hangs; the default of a node. */
const hungMs = 5_000;
/** Milliseconds between two looks. */
const lookMs = 50;

/** A cluster of one node, with one service whose life is a file. */
class Node implements AsyncDisposable {
  readonly folder: string;
  readonly mark: string;
  readonly config: Record<string, unknown>;
  readonly #name: string;
  #manager: Deno.ChildProcess | undefined;

  constructor(name: string) {
    this.#name = `${name}-${Deno.pid}`;
    this.mark = `HA_NODE=${this.#name}/alice`;
    this.folder = `${scratch}/${this.#name}`;
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const port = (socket.addr as Deno.NetAddr).port;
    socket.close();
    this.config = {
      cluster: this.#name,
      node: "alice",
      nodes: ["alice"],
      state: `${this.folder}/state`,
      run: `${this.folder}/run`,
      authkeys: `${this.folder}/authkeys`,
      cib: `${this.folder}/cib.xml`,
      media: [{
        plugin: "medium/ucast",
        address: "127.0.0.1",
        port,
        peers: [{ address: "127.0.0.1", port: port + 1 }],
      }],
      keepaliveMs: 100,
      deadtimeMs: 1_000,
      // As on a real node: a busy machine must not be taken for a hung daemon.
      hungMs,
    };
  }

  get service(): string {
    return `${this.folder}/service`;
  }

  async write(): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/node.json`, JSON.stringify(this.config));
  }

  async prepare(): Promise<void> {
    await Deno.mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.write();
    await Deno.writeTextFile(`${this.folder}/authkeys`, "auth 1\n1 sha1 tried\n", { mode: 0o600 });
    await Deno.writeTextFile(
      `${this.folder}/cib.xml`,
      `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
        <configuration><crm_config><cluster_property_set id="options">
          <nvpair id="stonith" name="stonith-enabled" value="false"/>
        </cluster_property_set></crm_config><nodes/><resources>
          <primitive id="file" class="deno" provider="pils" type="Dummy">
            <instance_attributes id="file-attributes">
              <nvpair id="file-state" name="state" value="${this.service}"/>
            </instance_attributes>
            <operations>
              <op id="file-monitor" name="monitor" interval="500ms" timeout="5s"/>
            </operations>
          </primitive>
        </resources><constraints/></configuration><status/></cib>`,
    );
  }

  start(): Deno.ChildProcess {
    return this.#manager = startManager({
      project,
      mark: `${this.#name}/alice`,
      config: `${this.folder}/node.json`,
      folders: [this.folder],
      log: `${this.folder}/log`,
    });
  }

  log(): Promise<string> {
    return Deno.readTextFile(`${this.folder}/log`).catch(() => "");
  }

  /** Ids of the processes that run one daemon, without their plugins. */
  async ids(daemon: string): Promise<readonly string[]> {
    return await shell(
      'd=$1; shift; for p in "$@"; do tr "\\0" " " </proc/$p/cmdline 2>/dev/null | ' +
        'grep -q "/daemons/$d/mod.ts" && echo $p; done; exit 0',
      daemon,
      ...(await look(this.mark)).map(String),
    );
  }

  async signal(name: string, daemon: string): Promise<void> {
    await shell('s=$1; shift; kill -s "$s" "$@"', name, ...await this.ids(daemon));
  }

  async daemon(name: string) {
    const status = await readStatus(`${this.folder}/run`).catch(() => undefined);
    return status?.daemons.find((daemon) => daemon.name === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.mark, "KILL", 5_000);
    await this.#manager?.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function shell(script: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...args],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);

/** Waits until it holds, 30 seconds at most; a failure shows the log of the node. */
async function until(node: Node, what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 30_000 / lookMs; turn++) {
    if (await holds()) return;
    if (/This node is given up/.test(await node.log())) break;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  assert.fail(`not within 30 s: ${what}\n${(await node.log()).slice(-4_000)}`);
}

/** Every daemon runs, and the service. */
async function settled(node: Node): Promise<void> {
  for (const daemon of processes) {
    await until(
      node,
      `${daemon} runs`,
      async () => (await node.daemon(daemon))?.state === "running",
    );
  }
  await until(node, "the service runs", () => isThere(node.service));
}

Deno.test(
  "a daemon that hangs is shown, killed and started again, whichever it is",
  permissions,
  async () => {
    await using node = new Node("hung");
    await node.prepare();
    node.start();
    await settled(node);
    for (const daemon of processes) {
      const before = await node.ids(daemon);
      assert.equal(before.length, 1, daemon);
      await node.signal("STOP", daemon);
      // What dies meanwhile is noticed all the same, once the daemon is back.
      if (daemon === "lrmd") await Deno.remove(node.service);
      await until(node, `${daemon} is shown as silent`, async () => {
        const { state, restarts } = await node.daemon(daemon) ?? {};
        return state === "silent" || restarts === 1;
      });
      await until(node, `${daemon} runs again`, async () => {
        const now = await node.daemon(daemon);
        return now?.state === "running" && now.restarts === 1;
      });
      const now = await node.ids(daemon);
      assert.ok(now.length === 1 && now[0] !== before[0], `${daemon}: ${before} and ${now}`);
      assert.equal((await node.daemon(daemon))?.last, "it hung and was ended by SIGKILL");
      await settled(node);
    }
    const log = await node.log();
    for (const daemon of processes) {
      assert.match(
        log,
        new RegExp(`recoverymgrd: err: ${daemon} hangs: it has answered nothing for`),
      );
    }
  },
);

Deno.test("a whole node that stood still has no hung daemon for that", permissions, async () => {
  await using node = new Node("still");
  await node.prepare();
  node.start();
  await settled(node);
  const names = ["recoverymgrd", ...processes];
  for (const name of names) await node.signal("STOP", name);
  await new Promise((resolve) => setTimeout(resolve, hungMs + 2_000));
  for (const name of names) await node.signal("CONT", name);
  // Several rounds of questions, answered.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await settled(node);
  for (const daemon of processes) assert.equal((await node.daemon(daemon))?.restarts, 0, daemon);
});

Deno.test(
  "HUP: what can change restarts its daemon alone, the rest is named, a bad file is refused",
  permissions,
  async () => {
    await using node = new Node("hup");
    await node.prepare();
    const manager = node.start();
    await settled(node);
    const before = await Promise.all(processes.map((daemon) => node.ids(daemon)));

    await Deno.writeTextFile(`${node.folder}/node.json`, '{ "cluster": 1, "nodes": [] }');
    manager.kill("SIGHUP");
    await until(
      node,
      "the bad file is reported",
      async () => /cannot be used; nothing was changed/.test(await node.log()),
    );
    for (const field of ["cluster", "nodes", "media"]) {
      await until(
        node,
        `${field} is named`,
        async () => new RegExp(`recoverymgrd: err: .*${field}`).test(await node.log()),
      );
    }

    // A daemon that is started again meanwhile still uses what the node runs with.
    await node.signal("KILL", "stonithd");
    await until(node, "stonithd runs again", async () => {
      const now = await node.daemon("stonithd");
      return now?.state === "running" && now.restarts === 1;
    });

    node.config["operationsAtOnce"] = 3;
    node.config["deadtimeMs"] = 2_000;
    await node.write();
    manager.kill("SIGHUP");
    await until(node, "lrmd runs again", async () => {
      const now = await node.daemon("lrmd");
      return now?.state === "running" && now.restarts === 1;
    });
    assert.match(
      await node.log(),
      /warning: deadtimeMs changed, which needs a restart of this node/,
    );
    await settled(node);
    const after = await Promise.all(processes.map((daemon) => node.ids(daemon)));
    const same = processes.filter((_, at) => before[at]?.[0] === after[at]?.[0]);
    const others = processes.filter((daemon) => daemon !== "lrmd" && daemon !== "stonithd");
    assert.deepEqual(same, others, "what the change does not concern goes on");
    const accepted = JSON.parse(await Deno.readTextFile(`${node.folder}/run/node.json`));
    assert.deepEqual([accepted.operationsAtOnce, accepted.deadtimeMs], [3, 1_000]);

    // To the daemons themselves it means nothing that would end them.
    for (const daemon of processes) await node.signal("HUP", daemon);
    await settled(node);
    assert.deepEqual(await Promise.all(processes.map((daemon) => node.ids(daemon))), after);
  },
);

Deno.test(
  "a key and a CIB that are missing end the node at once, with 78 and both problems",
  permissions,
  async () => {
    await using node = new Node("missing");
    await node.prepare();
    await Deno.remove(`${node.folder}/authkeys`);
    await Deno.remove(`${node.folder}/cib.xml`);
    const { code } = await node.start().status;
    const log = await node.log();
    assert.equal(code, 78, log);
    assert.match(log, /heartbeat: crit: +authkeys: there is no such file/);
    assert.match(log, /cluster: crit: +cib: there is no such file/);
    assert.equal(log.match(/Fix: /g)?.length, 2, log);
    assert.doesNotMatch(log, /restart \d of/);
  },
);

Deno.test("a first CIB that is none ends the node at once, with 78", permissions, async () => {
  await using node = new Node("nocib");
  await node.prepare();
  await Deno.writeTextFile(`${node.folder}/cib.xml`, "<cib><configuration>");
  const { code } = await node.start().status;
  const log = await node.log();
  assert.equal(code, 78, log);
  assert.match(log, /cluster: crit: +cib: it is not a CIB/);
  assert.doesNotMatch(log, /restart \d of/);
});
