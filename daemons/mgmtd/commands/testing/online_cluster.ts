/**
 * A cluster that is made by commands, as a person would: `ha cluster init` and `join`, each node with its
 * own folder, and a web server. For tests of `ha cluster`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause } from "../../../../metadata/timer.ts";
import { freeTcpPort, freeUdpPorts } from "../../../site/free_ports.ts";
import { guarded } from "../../local_nodes/guarded.ts";
import { clusterNameOf } from "../../local_nodes/local_cluster.ts";
import { type Called, ha, haWords } from "./ha_child.ts";
import { until } from "./real_cluster.ts";
import { project } from "./site.ts";

/** Kills a process and all of its group; or the processes that name a file. */
const killGroup = 'kill -s "$2" -- "-$1"';
const killNode = `for id in $(grep -lzx -- "$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3); do
  kill -s KILL "$id" 2>/dev/null
done
exit 0`;

/** Starts it, and waits until all are members and the server runs. */
export async function onlineCluster(what: string, names: readonly string[]) {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const folder = `${project}/.test/${what}`;
  const cluster = clusterNameOf(what, folder);
  const guard = await guarded(project, { folder, cluster, nodes: names });
  const ports = freeUdpPorts(names.length);
  const port = (node: string) => ports[names.indexOf(node)] ?? 0;
  const places = (node: string) => `--state ${node}/state --run ${node}/run --log ${node}.log`;
  const words = (node: string, line: string) => [
    ...line.split(" "),
    "--config",
    `${node}/node.json`,
    ...(line.startsWith("cluster start") ? ["--log", `${node}.log`] : []),
  ];
  const call = (node: string, line: string): Promise<Called> => ha(folder, words(node, line));
  const ok = async (node: string, line: string): Promise<string> => {
    const { code, out, err } = await call(node, line);
    assert.equal(code, 0, `ha ${line}: ${out}${err}`);
    return out;
  };
  const steer = async (node: string, line: string): Promise<string> => {
    const { code, out, err } = await ha(folder, [...line.split(" "), "--run", `${node}/run`]);
    assert.equal(code, 0, `ha ${line}: ${out}${err}`);
    return out;
  };
  /** Who is what, as a node sees it. */
  const status = async (node: string) => {
    const { out } = await call(node, "cluster status --json");
    const { quorate = false, nodes = [] } = out === "" ? {} : JSON.parse(out);
    const said = nodes.map((one: { name: string; isMember: boolean; counts: boolean }) => [
      one.name,
      `${one.isMember ? "member" : "no member"}, ${one.counts ? "counts" : "does not count"}`,
    ]);
    return { quorate, nodes: Object.fromEntries(said) as Readonly<Record<string, string>> };
  };
  const shell = async (script: string, ...args: readonly string[]) => {
    await new Deno.Command("/bin/sh", { args: ["-c", script, "sh", ...args] }).output();
  };
  const join = async (node: string, by: string) => {
    const out = await ok(by, "cluster token --address 127.0.0.1");
    const [, token = ""] = /ha cluster join (HA1-\S+)/.exec(out) ?? [];
    await ok(
      node,
      `cluster join ${token} --node ${node} --address 127.0.0.1:${port(node)} ${places(node)}`,
    );
  };
  const runsOn = (resource: string, node: string | RegExp) =>
    until(
      () => steer(names[0] ?? "", "status --json"),
      (out) => {
        const found = JSON.parse(out).resources.find((one: { id: string }) => one.id === resource);
        return new RegExp(`^${typeof node === "string" ? node : node.source}$`)
          .test(found?.runsOn.join(" ") ?? "");
      },
    );
  const it = {
    folder,
    cluster,
    call,
    ok,
    steer,
    status,
    join,
    runsOn,
    cib: (node: string) => steer(node, "cib query"),
    /** What the daemons of a node have logged. */
    log: (node: string) => Deno.readTextFile(`${folder}/${node}.log`),
    /** What a node's folder holds. */
    here: async (node: string) =>
      (await Array.fromAsync(Deno.readDir(`${folder}/${node}`))).map(({ name }) => name).sort(),
    isThere: (path: string) => Deno.lstat(path).then(() => true, () => false),
    /** Kills a command, with all that it started, as soon as something holds. @returns its code */
    async killed(
      node: string,
      line: string,
      when: () => Promise<boolean>,
      signal: "KILL" | "INT" = "KILL",
    ): Promise<number> {
      const [program = "", ...args] = haWords(words(node, line));
      const child = new Deno.Command(program, {
        args,
        env: { INIT_CWD: folder, NO_COLOR: "1" },
        stdin: "null",
        stdout: "null",
        stderr: "null",
        detached: true,
      }).spawn();
      for (const end = Date.now() + 60_000; !await when(); await pause(20)) {
        assert.ok(Date.now() < end, `ha ${line} did not come so far`);
      }
      await shell(killGroup, `${child.pid}`, signal);
      return (await child.status).code;
    },
    /** The power of a node is lost. */
    cut: (node: string) => shell(killNode, `HA_NODE=${cluster}/${node}`),
    close: () => guard.close(),
  };
  try {
    const [first = "", ...others] = names;
    const peers = others.map((node) => `--peer 127.0.0.1:${port(node)}`).join(" ");
    await ok(
      first,
      `cluster init --node ${first} --name ${cluster} --address 127.0.0.1 --port ${
        port(first)
      } ${peers} ${places(first)}`,
    );
    await ok(first, "cluster token --close");
    for (const node of others) await join(node, first);
    await steer(first, "option set fencing-enabled=false");
    await steer(first, `resource create web deno:pils:WebServer port=${freeTcpPort()}`);
    await until(
      () => status(first),
      ({ nodes }) => names.every((node) => nodes[node] === "member, counts"),
    );
    await runsOn("web", /\w+/);
    return it;
  } catch (error) {
    await it.close();
    throw error;
  }
}
