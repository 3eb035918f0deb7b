/**
 * What is configured twice: the same link, peer, plugin, folder, user. The second one is no second
 * link: it hides that the one line fails, or takes the address of the first.
 *
 * @module
 */
import { type Diagnostic, problem } from "../../../metadata/diagnostic.ts";
import type { NodeConfig } from "./node_config.ts";
import type { LinkConfig } from "./plugin_entries.ts";

/** Everything that is there more than once. */
export function repeated(config: NodeConfig): readonly Diagnostic[] {
  const { media, pings = [], load = [], pluginFolders = [], apiauth = [] } = config;
  return [
    ...twice(["media"], media.map(linkKey), "a link", "two links that fail together are one link"),
    ...media.flatMap((link, at) => peersOf(link, at)),
    ...twice(["pings"], pings.map(pingKey), "a pseudo-member", "its answers would count twice"),
    ...twice(["load"], load.map(({ plugin }) => plugin), "a plugin", "it can be loaded once"),
    ...twice(["pluginFolders"], pluginFolders, "a folder", "one entry is enough"),
    ...twice(
      ["apiauth"],
      apiauth.map(({ client }) => client),
      "a client",
      "only one of its rules would hold",
    ),
    ...apiauth.flatMap(({ uids, gids }, at) => [
      ...twice(["apiauth", at, "uids"], uids, "a user", "one entry is enough"),
      ...twice(["apiauth", at, "gids"], gids, "a group", "one entry is enough"),
    ]),
  ];
}

/** Whom a link reaches: each node once, and not this one. */
function peersOf({ address, port, peers = [] }: LinkConfig, at: number): Diagnostic[] {
  const keys = peers.map((peer) => `${peer.address} port ${peer.port}`);
  const own = keys.indexOf(`${address} port ${port ?? 694}`);
  return [
    ...twice(["media", at, "peers"], keys, "a peer", "each packet would be sent to it twice"),
    ...(own < 0 ? [] : [
      problem(
        ["media", at, "peers", own],
        `${keys[own]} is where this link itself receives`,
        "this node would send its own packets to itself",
        "remove it, or correct the address",
        "HA1004",
      ),
    ]),
  ];
}

/**
 * What of a link no other may have: where it receives, or its line. Of a link of which neither is
 * known, all that is configured.
 */
function linkKey(link: LinkConfig): string {
  const { plugin, address, port = 694, broadcast, group } = link;
  const { device, interface: zone } = link;
  if (device !== undefined) return `${device}`;
  if (address === undefined) return `${plugin} ${sorted(link)}`;
  const named = [group ?? broadcast, zone === undefined ? undefined : `on ${zone}`];
  return [plugin, address, `port ${port}`, ...named].filter((part) => part !== undefined).join(" ");
}

/** A pseudo-member without its name. */
const pingKey = ({ name: _name, plugin, ...rest }: Readonly<Record<string, unknown>>): string =>
  `${plugin} ${sorted(rest)}`;

const sorted = (entry: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(entry).sort(([a], [b]) => a < b ? -1 : 1));

function twice(
  path: Diagnostic["path"],
  keys: readonly (string | number)[],
  what: string,
  why: string,
): Diagnostic[] {
  return keys.flatMap((key, at) => {
    const before = keys.indexOf(key);
    if (before === at) return [];
    const first = `the same as ${path.at(-1)}[${before}]`;
    return [
      problem([...path, at], `${what} is there twice, ${first}`, why, "remove one", "HA1004"),
    ];
  });
}
