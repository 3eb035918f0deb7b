/**
 * The cluster of the story: a fencing device, and a group of disk, address and database.
 *
 * @module
 */
import type { LocalCluster } from "../../../daemons/mgmtd/local_nodes/local_cluster.ts";
import { network } from "../../lab/spaces.ts";

/** The nodes. */
export const nodes = ["alice", "bob", "carol"] as const;
/** PostgreSQL's programs, where Debian 12 has them. */
export const bin = "/usr/lib/postgresql/15/bin";
/** The floating address, and the port of PostgreSQL. */
export const address = `${network}.100`;
export const port = 5432;
/** The disk, which every machine can reach, and where the one that has it mounts it. */
export const disk = "/mnt/disk";
export const data = "/mnt/data";
/** Folder of PostgreSQL's socket, in the `/run` of its machine. */
export const socketFolder = "/run/database";

/** An agent of the group. */
interface Member {
  readonly id: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly monitor: string;
}

const members: readonly Member[] = [
  {
    id: "disk",
    type: "Filesystem",
    parameters: { device: disk, directory: data, fstype: "none", options: "bind" },
    monitor: "5s",
  },
  {
    id: "address",
    type: "IPaddr2",
    parameters: { ip: address, cidr_netmask: "24", nic: "eth0" },
    monitor: "5s",
  },
  {
    id: "database",
    type: "pgsql",
    parameters: {
      pgctl: `${bin}/pg_ctl`,
      psql: "/usr/bin/psql",
      pgdata: `${data}/database`,
      pgport: `${port}`,
      socketdir: socketFolder,
    },
    monitor: "1s",
  },
];

/** Pairs of names and values, with ids that begin with this one. */
export const nvpairs = (id: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).map(([name, value]) =>
    `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`
  ).join("");

const primitive = ({ id, type, parameters, monitor }: Member): string =>
  `<primitive id="${id}" class="ocf" provider="heartbeat" type="${type}">
<instance_attributes id="${id}-p">${nvpairs(`${id}-p`, parameters)}</instance_attributes>
<operations>
<op id="${id}-start" name="start" interval="0" timeout="60s"/>
<op id="${id}-stop" name="stop" interval="0" timeout="60s"/>
<op id="${id}-monitor" name="monitor" interval="${monitor}" timeout="30s"/>
</operations></primitive>`;

/** The first CIB. */
export const cibOf = ({ cluster }: LocalCluster): string =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="options">${
    nvpairs("options", { "stonith-enabled": "true", "no-quorum-policy": "stop" })
  }</cluster_property_set></crm_config>
<rsc_defaults><meta_attributes id="defaults">${
    nvpairs("defaults", { "resource-stickiness": "200" })
  }</meta_attributes></rsc_defaults>
<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources>
<primitive id="power" class="stonith" type="process"><instance_attributes id="power-p">${
    nvpairs("power-p", { cluster, hostlist: nodes.join(" ") })
  }</instance_attributes></primitive>
<group id="service">${members.map(primitive).join("\n")}</group>
</resources><constraints/></configuration><status/></cib>
`;
