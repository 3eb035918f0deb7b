/**
 * The media over UDP, over IPv4 and IPv6, and several of them at once: three nodes of ours in network
 * namespaces.
 *
 *     deno task interop media_udp
 *
 * Needs root and iproute2; without them it says so and ends well.
 *
 * @module
 */
import {
  allActive,
  type Case,
  deadtimeMs,
  isRoot,
  keepaliveMs,
  Network,
  noDeath,
  noneLost,
  OurNode,
  pause,
  runCases,
  sh,
  until,
} from "./media_lab.ts";

const numbers = [1, 2, 3];
const names = numbers.map((number) => `n${number}`);
const v4 = (link: 0 | 1, node: number) => `10.78.${link}.${node}`;
const v6 = (link: 0 | 1, node: number) => `fd78:${link}::${node}`;
/** The same on every link: that is why the interface is named. */
const local = (_link: 0 | 1, node: number) => `fe80::78:${node}`;

/** One medium of a node, by what it is called here. */
const kinds = {
  "ucast": (link: 0 | 1, node: number) => ({
    plugin: "medium/ucast",
    config: ucast(v4, link, node),
  }),
  // Most of its peers are switched off: what waits for them must keep nothing from the others.
  "ucast to the dead": (link: 0 | 1, node: number) => {
    const { address, peers } = ucast(v4, link, node);
    const dead = Array.from({ length: 60 }, (_, at) => ({ address: v4(link, 101 + at) }));
    return { plugin: "medium/ucast", config: { address, peers: [...dead, ...peers] } };
  },
  "ucast6": (link: 0 | 1, node: number) => ({
    plugin: "medium/ucast",
    config: ucast(v6, link, node),
  }),
  "ucast6 link-local": (link: 0 | 1, node: number) => ({
    plugin: "medium/ucast",
    config: { ...ucast(local, link, node), interface: `eth${link}` },
  }),
  "bcast": (link: 0 | 1, node: number) => ({
    plugin: "medium/bcast",
    config: { address: v4(link, node), broadcast: `10.78.${link}.255` },
  }),
  "mcast": (link: 0 | 1, node: number) => ({
    plugin: "medium/mcast",
    config: { address: v4(link, node), group: "239.192.78.1" },
  }),
  "mcast6": (link: 0 | 1, node: number) => ({
    plugin: "medium/mcast",
    config: { address: v6(link, node), group: `ff05::78:${link}` },
  }),
};
type Kind = keyof typeof kinds;

const ucast = (address: typeof v4, link: 0 | 1, node: number) => ({
  address: address(link, node),
  peers: numbers.filter((other) => other !== node).map((other) => ({
    address: address(link, other),
  })),
});

/** Everything that the media of a node may have to reach. */
const net = ["10.78.0.0/16", "239.192.78.1"]
  .concat(["[ff05::78:0]", "[ff05::78:1]"])
  .concat(([0, 1] as const).flatMap((link) => numbers.map((node) => `[${v6(link, node)}]`)))
  .concat(numbers.map((node) => `[${local(0, node)}]`));

/** A cluster whose nodes have these links: the first over eth0, the second over eth1. */
async function cluster(
  links: readonly Kind[],
  act: (nodes: readonly OurNode[], network: Network, formedAt: number) => Promise<string>,
): Promise<string> {
  const network = new Network(numbers.length);
  const nodes: OurNode[] = [];
  try {
    await network.up();
    for (const node of numbers) {
      nodes.push(
        new OurNode({
          name: `n${node}`,
          nodes: names,
          within: network.within(node),
          media: links.map((kind, at) => ({ link: `eth${at}`, ...kinds[kind](at as 0 | 1, node) })),
          chatMs: 20,
          net,
        }),
      );
    }
    await allActive(nodes);
    return await act(nodes, network, Date.now());
  } finally {
    for (const node of nodes) await node.kill();
    await network.down();
  }
}

/** Nobody dies, everybody is heard by every link, messages come in order; a death is noticed. */
async function quietThenDeath(
  nodes: readonly OurNode[],
  _network: Network,
  formedAt: number,
): Promise<string> {
  await pause(6_500);
  noDeath(nodes, formedAt);
  noneLost(nodes);
  for (const node of nodes) {
    for (const other of names.filter((name) => name !== node.name)) {
      if (node.heard(other).count === 0) throw new Error(`${node.name} heard nothing of ${other}`);
    }
  }
  const [first, second, third] = nodes;
  const at = Date.now();
  await third!.kill();
  // A busy machine may be late by as much as this.
  const limitMs = deadtimeMs + 3 * keepaliveMs;
  const took = [];
  for (const node of [first!, second!]) {
    await until(() => node.saw("n3", "dead", at) !== undefined, 2_000, "nobody noticed a death");
    took.push(node.saw("n3", "dead", at)! - at);
  }
  if (Math.max(...took) > limitMs) throw new Error(`noticed after ${took.join(", ")} ms`);
  return `three members, messages in order; a death noticed after ${took.join(" and ")} ms`;
}

/** One of two links is cut: the link is dead, the node is not. */
async function linkLost(
  nodes: readonly OurNode[],
  formedAt: number,
  cut: () => Promise<unknown>,
  fix: () => Promise<unknown>,
): Promise<string> {
  const linksOf3 = () => nodes.slice(0, 2).map((node) => node.sees("n3")?.links.join("+") ?? "");
  await until(() => linksOf3().every((links) => links === "eth0+eth1"), 5_000, "links are missing");
  const at = Date.now();
  await cut();
  await until(() => linksOf3().every((links) => links === "eth0"), 3_000, `${linksOf3()} are up`);
  const took = Date.now() - at;
  await pause(3_000);
  noDeath(nodes, formedAt);
  await fix();
  await until(() => linksOf3().every((links) => links === "eth0+eth1"), 5_000, "it stays dead");
  // Received packets are reported every five seconds.
  await pause(6_000);
  noDeath(nodes, formedAt);
  noneLost(nodes);
  for (const node of nodes.slice(0, 2)) {
    if (node.heard("n3").count === 0) throw new Error(`${node.name} heard nothing of n3`);
  }
  return `eth1 of n3 dead ${took} ms after the cut, n3 active all the time, eth1 up again`;
}

const cases: readonly Case[] = [
  ...(Object.keys(kinds) as Kind[]).map((kind) => ({
    name: kind,
    act: () => cluster([kind], quietThenDeath),
  })),
  {
    name: "two links, a cable pulled",
    act: () =>
      cluster(
        ["ucast", "mcast6"],
        (nodes, network, formedAt) =>
          linkLost(
            nodes,
            formedAt,
            () => network.link(3, 1, "down"),
            () => network.link(3, 1, "up"),
          ),
      ),
  },
  {
    name: "two links, a firewall closed",
    act: () =>
      cluster(["bcast", "ucast"], (nodes, network, formedAt) => {
        const rule = (how: string) =>
          sh(
            'ip netns exec "$1" iptables -w "$2" OUTPUT -o eth1 -p udp -j DROP',
            `${network.prefix}3`,
            how,
          );
        return linkLost(nodes, formedAt, () => rule("--append"), () => rule("--delete"));
      }),
  },
];

await runCases(cases, await isRoot() ? undefined : "network namespaces need root");
