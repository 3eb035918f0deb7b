/**
 * Pseudo-members: a C node and one of ours ping the same host and the same group, and ours a disk
 * beside. Both must say the same of them, and their frames must be the same.
 *
 *     deno task interop media_ping
 *
 * Needs root, tcpdump, Debian's heartbeat and `../shared/lab/hb-cluster.sh`; without them it says so
 * and ends well.
 *
 * @module
 */
import { lacking as lackingForC, register } from "./heartbeat/lab.ts";
import {
  allActive,
  type Case,
  inLab,
  isRoot,
  labWords,
  OurNode,
  pause,
  runCases,
  sh,
  until,
} from "./media_lab.ts";

const deadpingMs = 600;
const host = "10.77.0.254";
const spare = "10.77.0.253";
const prefix = `hp${Deno.pid % 100_000}_`;
const variables = {
  HB_LAB: `/run/hb-ping${Deno.pid}`,
  PFX: prefix,
  MEDIA: "ucast",
  INITDEAD: "3000ms",
  EXTRA_1: `deadping ${deadpingMs}ms\nping ${host}\nping_group uplinks ${spare} ${host}`,
};

const run = (...words: readonly string[]): Promise<string> => inLab(variables, ...words);

/** What the C program says of a pseudo-member on each node. */
const bothSay = async (what: "nodestatus" | "nodetype", name: string): Promise<string> =>
  (await Promise.all([1, 2].map((node) => clStatus(node, what, name)))).join("/");

async function clStatus(node: number, ...words: readonly string[]): Promise<string> {
  return await sh(
    '"$@" 2>&1 < /dev/null; true',
    ...labWords(variables),
    ...["exec", String(node), "timeout", "5", "cl_status", ...words],
  );
}

/** Adds an address of the switch, which answers pings, or takes it away. */
const address = (how: "add" | "del", which: string) =>
  // Else the kernel takes all addresses of a network away with the first.
  sh(
    `ip netns exec "$1" sysctl -qw net.ipv4.conf.all.promote_secondaries=1
     ip -n "$1" addr "$2" "$3/24" dev br0`,
    `${prefix}sw`,
    how,
    which,
  );

/** Waits until both nodes say this of a pseudo-member; gives how long it took. */
async function untilBoth(name: string, status: string): Promise<number> {
  const from = Date.now();
  const wanted = `${status}/${status}`;
  let said = "";
  await until(async () => (said = await bothSay("nodestatus", name)) === wanted, 10_000, "")
    .catch(() => {
      throw new Error(`C and ours say ${said} of ${name}, not ${wanted}`);
    });
  return Date.now() - from;
}

/** The frames that each node sent for a while, without stamp and signatures. */
async function frames(): Promise<readonly [string, string]> {
  const said = await sh(
    `timeout 2 ip netns exec "$1" tcpdump -nA -i br0 'icmp[icmptype] == 8' 2>/dev/null; true`,
    `${prefix}sw`,
  );
  const found: [Set<string>, Set<string>] = [new Set(), new Set()];
  let from = 0;
  for (const line of said.split("\n")) {
    from = Number(/ IP 10\.77\.0\.(\d) > /.exec(line)?.[1] ?? from);
    const frame = /\(0\)t=NS_st.*/.exec(line)?.[0];
    if (frame !== undefined) {
      found[from === 1 ? 0 : 1].add(
        frame.replace(/ts=[0-9a-f]{8}/, "ts=T").replace(/\b1 [0-9a-f]{40}/g, "1 MAC"),
      );
    }
  }
  return [[...found[0]].sort().join("\n"), [...found[1]].sort().join("\n")];
}

async function pinged(): Promise<string> {
  const disk = await sh(
    'file=$(mktemp -p /dev/shm) && head -c 4096 /dev/zero > "$file" && echo "$file"',
  );
  let node: OurNode | undefined;
  try {
    await run("up", "1", "1");
    node = new OurNode({
      name: "node2",
      nodes: ["node1", "node2"],
      within: [...labWords(variables), "exec", "2"],
      media: [{
        link: "eth0",
        plugin: "medium/ucast",
        config: { address: "10.77.0.2", peers: [{ address: "10.77.0.1" }] },
      }],
      pings: [
        { name: host, plugin: "medium/ping", config: { name: host, address: host } },
        {
          name: "uplinks",
          plugin: "medium/ping_group",
          config: { name: "uplinks", addresses: [spare, host] },
        },
        { name: "storage", plugin: "medium/disk_ping", config: { name: "storage", device: disk } },
      ],
      deadpingMs,
      register,
      net: ["10.77.0.2:694", "10.77.0.2:0", "10.77.0.1:694"],
    });
    await allActive([node], 20_000);
    await untilBoth(host, "ping");
    await untilBoth("uplinks", "ping");
    if (await bothSay("nodetype", host) !== "ping/ping") throw new Error("its type is not ping");
    if (await clStatus(2, "nodestatus", "storage") !== "ping") {
      throw new Error("the disk is silent");
    }
    const [theirs, ours] = await frames();
    if (theirs === "" || theirs !== ours) throw new Error(`frames differ:\n${theirs}\n${ours}`);
    // Either of the group is enough; a host that is gone is dead on both sides.
    await address("add", spare);
    await pause(500);
    await address("del", host);
    const dead = await untilBoth(host, "dead");
    if (await bothSay("nodestatus", "uplinks") !== "ping/ping") {
      throw new Error(`the group: ${await bothSay("nodestatus", "uplinks")}`);
    }
    await address("del", spare);
    await untilBoth("uplinks", "dead");
    await address("add", host);
    await untilBoth(host, "ping");
    await untilBoth("uplinks", "ping");
    await sh('rm "$1"', disk);
    await until(() => node?.sees("storage")?.status === "dead", 5_000, "the disk lives on");
    if (node.sees("node1")?.status !== "active") throw new Error("a member was lost");
    return `ping, dead and ping again on both sides (dead within ${dead} ms of the loss` +
      `, deadping ${deadpingMs}), the group by its other host, frames ` +
      `of ${theirs.split("\n").length} kinds the same, the disk gone when it was`;
  } finally {
    await run("down");
    await node?.kill();
    await sh('rm -f "$1"', disk);
  }
}

async function lacking(): Promise<string | undefined> {
  if (!await isRoot()) return "network namespaces need root";
  const lacks = lackingForC();
  if (lacks !== undefined) return lacks;
  return await sh("command -v tcpdump").then(() => undefined, () => "tcpdump is not there");
}

const cases: readonly Case[] = [{ name: "with C", act: pinged }];
await runCases(cases, await lacking());
