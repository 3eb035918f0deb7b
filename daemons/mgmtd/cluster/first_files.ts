/**
 * What the first node of a cluster begins with: its configuration, a key, and a CIB without resources.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { NewNode } from "./new_node.ts";
import type { Places } from "./places.ts";

/** What a person chose. */
export interface FirstNode {
  readonly cluster: string;
  readonly node: string;
  readonly address: string;
  /** UDP port of the link. */
  readonly port: number;
  /** Addresses of the nodes that will join, for unicast; none: multicast. */
  readonly peers: readonly { readonly address: string; readonly port: number }[];
  readonly loop?: boolean;
}

/** The options and resources of a cluster in which nothing runs yet. */
export const firstCib = (cluster: string): string =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
  <configuration>
    <crm_config>
      <cluster_property_set id="options">
        <nvpair id="options-cluster-name" name="cluster-name" value="${cluster}"/>
        <nvpair id="options-fencing-enabled" name="fencing-enabled" value="true"/>
        <nvpair id="options-no-quorum-policy" name="no-quorum-policy" value="stop"/>
      </cluster_property_set>
    </crm_config>
    <nodes/>
    <resources/>
    <constraints/>
    <rsc_defaults>
      <meta_attributes id="resource-defaults">
        <nvpair id="resource-defaults-stickiness" name="resource-stickiness" value="1"/>
      </meta_attributes>
    </rsc_defaults>
  </configuration>
  <status/>
</cib>
`;

/** A file with one key. @param key random bytes, at least 32. */
const firstKeys = (key: Uint8Array): string => `auth 1\n1 sha256 ${hex(key)}\n`;

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** A multicast group of a cluster: another one with another name is not in its way. */
export function groupOf(cluster: string, isV6: boolean): string {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(`ha ${cluster}`).digest();
  // Organization-local scope (RFC 2365), and site-local (RFC 4291).
  return isV6
    ? `ff05::7:${((a << 8) | b).toString(16)}`
    : `239.${192 + (a & 3)}.${b}.${1 + c % 254}`;
}

/** The files. */
export function firstFiles(first: FirstNode, places: Places, key: Uint8Array): NewNode {
  const { cluster, node, address, port, peers, loop } = first;
  const medium = peers.length > 0 ? { plugin: "medium/ucast", address, port, peers } : {
    plugin: "medium/mcast",
    address,
    group: groupOf(cluster, address.includes(":")),
    port,
    ...(loop === true ? { loop } : {}),
  };
  const config = {
    cluster,
    node,
    nodes: [node],
    state: places.state,
    run: places.run,
    authkeys: places.authkeys,
    cib: places.cib,
    media: [medium],
  };
  return {
    config: `${JSON.stringify(config, undefined, 2)}\n`,
    authkeys: firstKeys(key),
    cib: firstCib(cluster),
  };
}
