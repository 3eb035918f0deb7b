/**
 * `ha cluster status`: who belongs to the cluster, its keys, and the token of this node.
 *
 * @module
 */
import project from "../../../../deno.json" with { type: "json" };
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { readAuthkeys } from "../../../heartbeat/doors/configuration.ts";
import { ownVersions, versionsText } from "../../../runtime/version.ts";
import { bytesMax, readBounded, readText } from "../../../site/bounded_file.ts";
import { type NodeConfig, readNodeConfig } from "../../../site/node_config/read.ts";
import type { Facts } from "../../cluster/join/check_ask.ts";
import { factsOf } from "../../cluster/join/node_side.ts";
import { type JoinRecord, readRecord, recordFile } from "../../cluster/join/record.ts";
import { nodeOptions, placesIn, placesOf } from "../../cluster/places.ts";
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { isAbsent } from "../../node_client.ts";
import { nobodyAnswers, socketGrant } from "../../node_sockets.ts";

/** What is shown. */
interface ClusterStatus {
  readonly cluster: string;
  readonly node: string;
  readonly project: string;
  readonly protocols: string;
  readonly quorate: boolean;
  readonly nodes: readonly {
    readonly name: string;
    readonly isMember: boolean;
    readonly counts: boolean;
    readonly isHeard: boolean;
    /** Why no message passes between it and this node. */
    readonly incompatible?: string;
  }[];
  /** The entry of the file of keys that signs. */
  readonly key: { readonly entry: number; readonly method: string; readonly ageDays: number };
  /** The last token of this node. */
  readonly token?: JoinRecord;
}

/** Milliseconds of a day. */
const dayMs = 86_400_000;

/** The command. */
export const clusterStatus: Command = {
  path: ["cluster", "status"],
  summary: "Show the nodes of the cluster, quorum, versions, the key's age, and the open token",
  options: { json: { type: "boolean", summary: "Print one JSON object" }, ...nodeOptions },
  consults: (call, where) => [placesOf(call, where).config],
  grant(call, where, consulted) {
    const there = placesOf(call, where);
    const { config, run, authkeys } = placesIn(there, consulted?.get(there.config));
    const sockets = socketGrant(`${run}/cluster.sock`);
    return { ...sockets, read: [...sockets.read, config, authkeys, recordFile(run)] };
  },
  async run(call, io, where) {
    const path = placesOf(call, where).config;
    const read = readNodeConfig(await readText(path, bytesMax.nodeConfig));
    if (!read.ok) {
      io.err(new DiagnosticError(`Cannot use "${path}"`, read.diagnostics).message + "\n");
      return exit.config;
    }
    const cluster = `${read.value.run}/cluster.sock`;
    let facts: Facts;
    try {
      facts = await factsOf({ cluster });
    } catch (error) {
      if (!isAbsent(error)) throw error;
      io.err(nobodyAnswers(cluster));
      return exit.disconnected;
    }
    const status = await statusOf(read.value, facts);
    io.out(
      call.options.json === true ? `${JSON.stringify(status, undefined, 2)}\n` : linesOf(status),
    );
    return status.quorate ? exit.ok : exit.noQuorum;
  },
};

async function statusOf(config: NodeConfig, facts: Facts): Promise<ClusterStatus> {
  const { cluster, node, run, authkeys } = config;
  const { bytes, mode } = await readBounded(authkeys, bytesMax.authkeys);
  const keys = readAuthkeys(new TextDecoder().decode(bytes), mode);
  if (!keys.ok) throw new DiagnosticError(`Cannot use "${authkeys}"`, keys.diagnostics);
  const { current, entries } = keys.value;
  const { mtime } = await Deno.stat(authkeys);
  const token = await readRecord(run);
  const names = new Set([node, ...facts.others.map(({ name }) => name), ...facts.members]);
  return {
    cluster,
    node,
    project: project.version,
    protocols: versionsText(ownVersions),
    quorate: facts.quorate,
    nodes: [...names].sort().map((name) => {
      const { isHeard = true, incompatible } = facts.others.find((one) => one.name === name) ?? {};
      return {
        name,
        isMember: facts.members.includes(name),
        counts: facts.electorate.includes(name),
        isHeard,
        ...(incompatible === undefined ? {} : { incompatible }),
      };
    }),
    key: {
      entry: current,
      method: entries.find(({ authnum }) => authnum === current)?.method ?? "",
      ageDays: Math.max(0, Math.floor((Date.now() - (mtime?.getTime() ?? Date.now())) / dayMs)),
    },
    ...(token === undefined ? {} : { token }),
  };
}

function linesOf(status: ClusterStatus): readonly string[] {
  const { cluster, node, quorate, nodes, key, token } = status;
  const refusals = token === undefined
    ? []
    : Object.entries(token.refused).map(([kind, times]) => `${times} ${kind}`);
  return [
    `Cluster ${cluster}, seen from ${node}: ${quorate ? "quorum" : "NO QUORUM"}`,
    ...nodes.map(({ name, isMember, counts, isHeard, incompatible }) =>
      `  * ${name}: ${isMember ? "member" : "no member"}, ${counts ? "counts" : "does not count"}${
        isHeard ? "" : ", not heard"
      }${incompatible === undefined ? "" : `, ${incompatible}`}`
    ),
    `Versions: project ${status.project}, protocols ${status.protocols}`,
    `Key: entry ${key.entry}, ${key.method}, ${key.ageDays} days old`,
    ...(token === undefined ? ["Token: none"] : [
      `Token: ${token.usedBy === "" ? token.state : `used by ${token.usedBy}`}, ` +
      `at ${token.address} port ${token.port}, ends ${new Date(token.endsAtMs).toISOString()}${
        refusals.length === 0 ? "" : `; refused: ${refusals.join(", ")}`
      }`,
      ...token.reasons.map((reason) => `  * ${reason}`),
    ]),
  ];
}
