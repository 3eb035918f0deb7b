/**
 * The cluster of the part: a controller for each machine, a second supply, and one service.
 *
 * @module
 */
import { network } from "./network.ts";

/** The nodes. */
export const nodes = ["alice", "bob", "carol"] as const;
/** The service whose node dies. */
export const service = "service";
/** Seconds that a fencing may take; a third of it is what a device has that never confirms. */
const fenceS = 36;

/** A controller: of the machine itself, or of one of its two power supplies. */
export interface Switch {
  readonly id: string;
  readonly node: string;
  readonly address: string;
  /** The machine ends when all of these are off. */
  readonly together: readonly string[];
}

/** All of them. */
export const switches: readonly Switch[] = nodes.flatMap((node, at) => {
  const own = [`power-${node}`];
  const supplies = [`left-${node}`, `right-${node}`];
  return [...own, ...supplies].map((id, which) => ({
    id,
    node,
    address: `${network}.${at + 101 + 50 * which}`,
    together: which === 0 ? own : supplies,
  }));
});

/** Where the password of all controllers is, on the disk of each node. */
export const passwordFile = (folder: string): string => `${folder}/password`;

const nvpairs = (id: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).map(([name, value]) =>
    `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`
  ).join("");

/** A device. */
const device = (folder: string, { id, node, address }: Switch): string =>
  `<primitive id="${id}" class="stonith" type="ipmilan"><instance_attributes id="${id}-p">${
    nvpairs(`${id}-p`, {
      hostlist: node,
      address,
      username: "ha",
      passwordfile: passwordFile(folder),
      cipher: "3",
    })
  }</instance_attributes>
<operations><op id="${id}-monitor" name="monitor" interval="5s" timeout="20s"/></operations>
</primitive>`;

/** The first CIB: each machine is fenced by its own controller. */
export const cibOf = ({ folder }: { readonly folder: string }): string =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="options">${
    nvpairs("options", {
      "stonith-enabled": "true",
      "stonith-timeout": `${fenceS}s`,
      "no-quorum-policy": "stop",
    })
  }</cluster_property_set></crm_config>
<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources>${
    switches.filter(({ id }) => id.startsWith("power-")).map((one) => device(folder, one)).join(
      "\n",
    )
  }
<primitive id="${service}" class="ocf" provider="heartbeat" type="Dummy">
<operations><op id="${service}-monitor" name="monitor" interval="10s" timeout="20s"/></operations>
</primitive></resources><constraints/></configuration><status/></cib>
`;

/** The supplies of a machine, as devices. */
export const supplies = (folder: string, node: string): readonly string[] =>
  switches.filter((one) => one.node === node && one.together.length > 1)
    .map((one) => device(folder, one));

/** Levels of a node, each with its devices. */
export const topology = (node: string, levels: readonly (readonly string[])[]): string =>
  `<fencing-topology>${
    levels.map((devices, at) =>
      `<fencing-level id="level-${at + 1}" target="${node}" index="${at + 1}" devices="${
        devices.join(",")
      }"/>`
    ).join("")
  }</fencing-topology>`;
