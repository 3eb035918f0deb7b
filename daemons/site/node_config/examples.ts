/**
 * Examples of node configurations for the reference, each for the first node of its cluster. A test
 * reads each of them as a daemon does.
 *
 * @module
 */

/** An example. */
export interface Example {
  readonly title: string;
  readonly text: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const folders = { state: "/var/lib/ha", run: "/run/ha", authkeys: "/etc/ha/authkeys" };

/** A link to single other machines. */
const ucast = (network: string, ...numbers: readonly number[]) => ({
  plugin: "medium/ucast",
  address: `${network}.1`,
  peers: numbers.map((number) => ({ address: `${network}.${number}` })),
});

/** See the head of the file. */
export const examples: readonly Example[] = [
  {
    title: "Two nodes",
    text:
      "Two links, so that the nodes do not lose each other with one cable, and a watchdog. Fencing " +
      "decides which node goes on if both links fail.",
    config: {
      cluster: "pair",
      node: "alice",
      nodes: ["alice", "bob"],
      ...folders,
      media: [ucast("192.0.2", 2), ucast("198.51.100", 2)],
      watchdog: { plugin: "watchdog/device" },
    },
  },
  {
    title: "Three nodes",
    text:
      "Two of three nodes have a majority. The router is pinged, and rules can keep resources off a " +
      "node that does not reach it.",
    config: {
      cluster: "trio",
      node: "alice",
      nodes: ["alice", "bob", "carol"],
      ...folders,
      cib: "/etc/ha/cib.xml",
      media: [ucast("192.0.2", 2, 3), ucast("198.51.100", 2, 3)],
      pings: [{ plugin: "medium/ping", name: "router", address: "192.0.2.254" }],
      connectivity: { attribute: "pingd", multiplier: 1000 },
      watchdog: { plugin: "watchdog/device" },
    },
  },
  {
    title: "Five nodes",
    text:
      "With multicast, no node names the addresses of the others. Three of five have a majority.",
    config: {
      cluster: "five",
      node: "alice",
      nodes: ["alice", "bob", "carol", "dave", "erin"],
      ...folders,
      media: [
        { plugin: "medium/mcast", address: "192.0.2.1", group: "239.0.7.1" },
        { plugin: "medium/mcast", address: "198.51.100.1", group: "239.0.7.2" },
      ],
      deadtimeMs: 5_000,
      watchdog: { plugin: "watchdog/device" },
    },
  },
];

/** All of them as Markdown. */
export const examplesText = (): string =>
  examples.map(({ title, text, config }) =>
    `### ${title}\n\n${text}\n\n\`\`\`json\n${JSON.stringify(config, undefined, 2)}\n\`\`\`\n`
  ).join("\n");
