/**
 * Waits until the cluster has done what a change asks for, and says how it ended.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { pause } from "../../../metadata/timer.ts";
import type { Client } from "../../runtime/client.ts";
import {
  type ClusterState,
  clusterState,
  type FailedAction,
  type ResourceState,
  workingSet,
} from "../status/cluster_state.ts";
import { documentOf } from "./node.ts";
import { isSettled } from "./settled.ts";

/** Milliseconds between two looks at the CIB. */
const lookMs = 250;

/** How it ended. */
export interface Ended {
  readonly settled: boolean;
  /** The document at the end. */
  readonly cib: XmlElement;
  readonly state: ClusterState;
  /** What failed since the change. */
  readonly failed: readonly FailedAction[];
}

/** Waits. @param before the document before the change. */
export async function settled(
  client: Client,
  before: XmlElement,
  { withinMs, now }: { readonly withinMs: number; readonly now: () => number },
): Promise<Ended> {
  const seconds = () => Math.floor(now() / 1000);
  const known = new Set(clusterState(workingSet(before, seconds())).failedActions.map(keyOf));
  for (const end = now() + withinMs;;) {
    const cib = await documentOf(client);
    const done = isSettled(cib, seconds());
    if (done || now() >= end) {
      const state = clusterState(workingSet(cib, seconds()));
      const failed = state.failedActions.filter((one) => !known.has(keyOf(one)));
      return { settled: done, cib, state, failed };
    }
    await pause(lookMs);
  }
}

const keyOf = ({ operation, node, callId, at }: FailedAction): string =>
  `${operation} ${node} ${callId} ${at}`;

/** The state of resources, a line each. */
export function stateLines({ resources }: ClusterState, ids: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const add = (of: ResourceState) => {
    if (of.members.length === 0 && ids.includes(of.id.replace(/:\d+$/, ""))) {
      lines.push(
        `"${of.id}" is ${of.state}${of.runsOn.length === 0 ? "" : ` on ${of.runsOn.join(", ")}`}`,
      );
    }
    // Of a group or clone that was named, every member.
    const named = ids.includes(of.id.replace(/:\d+$/, ""));
    for (const member of of.members) {
      if (named && member.members.length === 0 && !ids.includes(member.id.replace(/:\d+$/, ""))) {
        lines.push(
          `"${member.id}" is ${member.state}${
            member.runsOn.length === 0 ? "" : ` on ${member.runsOn.join(", ")}`
          }`,
        );
      } else add(member);
    }
  };
  resources.forEach(add);
  return lines;
}

/** Failures, a line each. */
export const failureLines = (failed: readonly FailedAction[]): readonly string[] =>
  failed.map(({ operation, node, result, status, reason }) =>
    `${operation} on ${node} failed: ${result} (${status})${reason === "" ? "" : `: ${reason}`}`
  );
