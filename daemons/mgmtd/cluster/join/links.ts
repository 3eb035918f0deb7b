/**
 * The links of a joining node, from those of a node that is there.
 *
 * @module
 */
import type { LinkConfig } from "../../../site/node_config/plugin_entries.ts";
import type { NodeConfig } from "../../../site/node_config/read.ts";
import type { Ask } from "./contract.ts";
import { reasonOf } from "./reason.ts";

/** Port of a link whose configuration names none. */
export const portDefault = 694;

/** The links, or why there are none, with the fix. */
export function linksFor(
  { media }: Pick<NodeConfig, "media">,
  { addresses }: Pick<Ask, "addresses">,
): { readonly media: readonly object[] } | { readonly reason: string } {
  if (addresses.length !== media.length) {
    return {
      reason: reasonOf(
        `the cluster has ${media.length} links, and ${addresses.length} addresses are given`,
        "name one --address for each link, in their order",
      ),
    };
  }
  const links: object[] = [];
  for (const [at, link] of media.entries()) {
    const made = linkFor(link, addresses[at] ?? { address: "" });
    if (typeof made === "string") return { reason: made };
    links.push(made);
  }
  return { media: links };
}

type Address = Ask["addresses"][number];

function linkFor(link: LinkConfig, { address, port }: Address): object | string {
  const { plugin, address: own, port: ownPort = portDefault, peers = [] } = link;
  if (own === undefined || own.includes(":") !== address.includes(":")) {
    return reasonOf(
      `${address} cannot reach ${own ?? plugin}`,
      "name an address of the same IP version",
    );
  }
  if (plugin === "medium/mcast" || plugin === "medium/bcast") {
    if (port !== undefined && port !== ownPort) {
      return reasonOf(`this link uses port ${ownPort} on every node`, "leave out the port");
    }
    return address === own && link.loop !== true
      ? reasonOf(`${address} is the address of the other node`, "name an address of this machine")
      : { ...link, address };
  }
  if (plugin !== "medium/ucast") {
    return reasonOf(`a link of ${plugin} is not copied`, "write the node configuration by hand");
  }
  const all = [
    { address: own, port: ownPort },
    ...peers.map(({ address, port }) => ({
      address,
      port: port ?? portDefault,
    })),
  ];
  const mine = { address, port: port ?? portDefault };
  const is = (one: { readonly address: string; readonly port: number }) =>
    one.address === mine.address && one.port === mine.port;
  const others = all.filter((one) => !is(one));
  if (!all.slice(1).some(is) || is(all[0] ?? mine)) {
    const free = all.slice(1).map(({ address, port }) => `${address} port ${port}`);
    return reasonOf(
      `${address} port ${mine.port} is not among the peers of the cluster's link (${
        free.join(", ")
      })`,
      'name one of those, or add it to "peers" on every node and restart them one by one',
    );
  }
  return { ...link, ...mine, peers: others };
}
