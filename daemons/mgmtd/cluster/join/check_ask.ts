/**
 * Whether a machine may join, by what it says of itself and what the cluster is now.
 *
 * @module
 */
import { clashing } from "../../../runtime/epoch.ts";
import {
  agreedVersion,
  readVersions,
  type Versions,
  versionsText,
} from "../../../runtime/version.ts";
import { nodesMax } from "../../../site/node_config/limits.ts";
import type { NodeConfig } from "../../../site/node_config/read.ts";
import { type Ask, bounds, type RefusalKind } from "./contract.ts";
import { linksFor } from "./links.ts";
import { reasonOf } from "./reason.ts";

/** The cluster, as the node of the token sees it. */
export interface Facts {
  readonly quorate: boolean;
  readonly members: readonly string[];
  readonly electorate: readonly string[];
  /** The other nodes of the cluster's list, and whether they are heard. */
  readonly others: readonly {
    readonly name: string;
    readonly isHeard: boolean;
    /** Why no message passes between it and this node. */
    readonly incompatible?: string;
  }[];
}

/** One reason against it. */
export interface Objection {
  readonly kind: RefusalKind;
  /** With its fix. */
  readonly reason: string;
}

/** All reasons against it. */
export function objections(
  ask: Ask,
  facts: Facts,
  config: NodeConfig,
  nowMs: number,
  own: Versions,
): readonly Objection[] {
  return [
    ...version(ask, own),
    ...clock(ask, nowMs),
    ...name(ask, facts, config),
    ...address(ask, config),
    ...(facts.quorate ? [] : [{
      kind: "cluster not ready" as const,
      reason: reasonOf("the cluster has no quorum", "see ha status there, and try again"),
    }]),
  ];
}

function version({ protocols, project }: Ask, own: Versions): Objection[] {
  const versions = readVersions(protocols);
  if (versions !== undefined && agreedVersion(own, versions) !== undefined) return [];
  const theirs = `protocol ${protocols} (project ${project})`;
  return [{
    kind: "version",
    reason: reasonOf(
      `it speaks ${theirs}, and this cluster ${versionsText(own)}`,
      "install the version that the cluster has",
    ),
  }];
}

function clock({ clockMs }: Ask, nowMs: number): Objection[] {
  const ms = clockMs - nowMs;
  if (Math.abs(ms) <= bounds.clockMsMax) return [];
  const s = Math.round(Math.abs(ms) / 1_000);
  return [{
    kind: "clock",
    reason: reasonOf(
      `its clock is ${s} s ${ms > 0 ? "ahead" : "behind"}, and ${
        bounds.clockMsMax / 1_000
      } s are allowed`,
      "set both clocks, for example with chrony",
    ),
  }];
}

/** One that is in the list, and never counted or was heard, may try again: its last try did not end. */
function name({ name }: Ask, facts: Facts, { node }: NodeConfig): Objection[] {
  const { members, electorate, others } = facts;
  const names = [node, ...others.map(({ name }) => name)];
  const isHeard = others.some((other) => other.name === name && other.isHeard);
  if (name === node || isHeard || members.includes(name) || electorate.includes(name)) {
    return [{
      kind: "name",
      reason: reasonOf(
        `the cluster has a node ${name}`,
        `choose another --node, or remove that node first: ha node forget ${name}`,
      ),
    }];
  }
  const clash = clashing([...names, name], (one) => one !== name).get(name);
  if (clash !== undefined) {
    return [{
      kind: "name",
      reason: reasonOf(
        `${name} and ${clash} would get the same numbers of views`,
        "choose another --node",
      ),
    }];
  }
  return names.length >= nodesMax && !names.includes(name)
    ? [{
      kind: "name",
      reason: reasonOf(`a cluster has ${nodesMax} nodes at most`, "remove a node first"),
    }]
    : [];
}

function address(ask: Ask, config: NodeConfig): Objection[] {
  const links = linksFor(config, ask);
  return "reason" in links ? [{ kind: "address", reason: links.reason }] : [];
}
