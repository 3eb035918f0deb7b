/**
 * Takes everything off a node: it is put in standby, and what runs there is waited for.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../../metadata/code.ts";
import { pause } from "../../../metadata/timer.ts";
import type { Client } from "../../runtime/client.ts";
import { Draft } from "../api/document/draft.ts";
import { pairsOf, setPairs } from "../api/document/pairs.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { clusterState, type ResourceState, workingSet } from "../status/cluster_state.ts";
import { documentOf } from "../steer/node.ts";
import { changeCluster } from "../steer/run_change.ts";
import { isSettled } from "../steer/settled.ts";
import { userOf } from "../steer/user.ts";
import { write, type Written } from "../steer/write.ts";

/** Milliseconds between two looks. */
const lookMs = 250;

/** Who asks for it, and how long it may take. */
export interface Asked {
  /** As somebody typed it. */
  readonly command: string;
  /** Resources may stop that can run nowhere else. */
  readonly yes: boolean;
  readonly withinMs: number;
  /** Somebody wants it to end. */
  readonly isInterrupted: () => boolean;
}

/** What a node is set to. */
export const attributesOf = (cib: XmlElement, node: string): ReadonlyMap<string, string> =>
  pairsOf(new Draft(cib).node(node), "instance_attributes");

/** One of them. */
export const attributeOf = (cib: XmlElement, node: string, name: string): string | undefined =>
  attributesOf(cib, node).get(name);

/** Whether it runs no resources, by the wish of somebody. */
export const isInStandby = (cib: XmlElement, node: string): boolean =>
  /^(true|on|yes|y|1)$/i.test(attributeOf(cib, node, "standby") ?? "");

/** Everything that runs on a node. */
export function runningOn(cib: XmlElement, node: string, nowS: number): readonly string[] {
  const leaves = (one: ResourceState): readonly ResourceState[] =>
    one.members.length === 0 ? [one] : one.members.flatMap(leaves);
  return clusterState(workingSet(cib, nowS)).resources.flatMap(leaves)
    .filter(({ runsOn }) => runsOn.includes(node)).map(({ id }) => id);
}

/** An attribute of a node; null removes it. */
export type Setting = readonly [node: string, name: string, value: string | null];

/** The document with attributes of nodes set, or removed. */
export function withSettings(cib: XmlElement, settings: readonly Setting[]): XmlElement {
  const draft = new Draft(cib);
  for (const [node, name, value] of settings) {
    setPairs(draft, () => draft.node(node), "instance_attributes", new Map([[name, value]]));
  }
  return draft.root;
}

/** Writes attributes of nodes, all at once or not at all. */
export const set = (
  client: Client,
  command: string,
  ...settings: readonly Setting[]
): Promise<Written> =>
  write(
    client,
    (cib) => withSettings(cib, settings),
    { user: userOf(), command, reason: undefined },
    { token: crypto.randomUUID().slice(0, 8), now: () => Date.now() },
  );

/** Takes everything off it. @returns the exit code; whatever it is, the node may be in standby then. */
export async function emptied(
  client: Client,
  node: string,
  { command, yes, withinMs, isInterrupted }: Asked,
  io: Io,
): Promise<number> {
  if (!isInStandby(await documentOf(client), node)) {
    const code = await changeCluster(
      client,
      (cib) => ({
        cib: withSettings(cib, [[node, "standby", "on"]]),
        done: [`Everything is moved off ${node}`],
        named: [],
      }),
      {
        dryRun: false,
        yes,
        json: false,
        author: { user: userOf(), command, reason: undefined },
        waitMs: undefined,
        token: crypto.randomUUID().slice(0, 8),
        now: () => Date.now(),
      },
      io,
    );
    if (code !== exit.ok) return code;
  }
  for (const end = Date.now() + withinMs;;) {
    const cib = await documentOf(client);
    const nowS = Math.floor(Date.now() / 1000);
    const running = runningOn(cib, node, nowS);
    if (running.length === 0 && isSettled(cib, nowS)) return exit.ok;
    if (isInterrupted()) return exit.error;
    if (Date.now() >= end) {
      const what = running.length === 0
        ? `the cluster still has something to do`
        : `${running.join(", ")} still on ${node}`;
      io.err([
        withCode(
          "HA0019",
          `Not everything was moved within ${withinMs / 1000} s: ${what}. ` +
            "Fix: see ha why RESOURCE, or wait longer with --wait-for=DURATION",
        ),
      ]);
      return exit.timeout;
    }
    await pause(lookMs);
  }
}
