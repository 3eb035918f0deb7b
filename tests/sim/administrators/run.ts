/**
 * Three administrators on three nodes change the configuration while nodes crash, processes are killed
 * and the network is cut; afterwards every change is taken back.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { CibState } from "../../../daemons/cib/state.ts";
import type { HistoryState } from "../../../daemons/history/state.ts";
import type { Machine } from "../../../daemons/runtime/machine.ts";
import type { PastChange } from "../../../daemons/runtime/messages.ts";
import { Random } from "../../../daemons/runtime/random.ts";
import { clusterWorld, dummy } from "../scenario_cluster.ts";
import type { World } from "../world.ts";
import { administrator } from "./administrator.ts";
import { names } from "./calls.ts";
import { judge, notTakenBack } from "./judge.ts";
import { Ledger } from "./ledger.ts";

/** The nodes: an administrator at each. */
const nodes = ["n1", "n2", "n3"];
/** Milliseconds between two commands of one administrator, about. */
const everyMs = 1_000;
/** Milliseconds between two faults, about. */
const faultMs = 6_000;
/** Milliseconds after which all nodes are one cluster again, whatever was broken. */
const calmMs = 60_000;
/** Faults at most: so many mean that no change is acknowledged any more. */
const faultsMax = 2_000;
/** Seconds after which a change that was not taken back never will be. */
const stuckS = 30;

/** What a run is. */
export interface Administration {
  readonly seed: number;
  /** Changes that must be acknowledged. */
  readonly changes: number;
  /** Puts something around a machine: how bugs are planted. */
  readonly bug?: (machine: Machine) => Machine;
}

/** What came of it. */
export interface Administered {
  readonly problems: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs it. */
export function administer({ seed, changes, bug }: Administration): Administered {
  const ledger = new Ledger();
  const past: PastChange[] = [];
  let atWork = false;
  const config = { nodes, ledger, everyMs, past, isAtWork: () => atWork };
  const world = clusterWorld({
    seed,
    resources: dummy("web"),
    clones: ["web", ...names],
    programs: () => [administrator(config) as Machine],
    ...(bug === undefined ? {} : { replace: bug }),
  });
  world.powerOnAll();
  world.runMs(calmMs);
  const begin = documentOf(world);
  if (begin === undefined) return { problems: ["no cluster was formed"], counts: {} };
  atWork = true;
  const faults = withFaults(world, new Random(seed, 1), () => ledger.counts.made < changes);
  atWork = false;
  world.runMs(calmMs);
  const known = pastOf(world, begin);
  const problems = [...world.violations.map(({ text }) => text)];
  const end = documentOf(world);
  if (end === undefined) problems.push("the nodes do not have the same document");
  else problems.push(...judge({ begin, end, known, ledger }));
  const counts = { ...ledger.counts, ...faults, undone: 0 };
  if (problems.length > 0) return { problems, counts };
  past.push(...known.toReversed());
  for (let left = past.length, stillS = 0; past.length > 0 && stillS < stuckS; stillS++) {
    world.runMs(1_000);
    if (past.length < left) stillS = 0;
    left = past.length;
  }
  counts.undone = known.length - past.length;
  world.runMs(5_000);
  problems.push(...notTakenBack(begin, documentOf(world), past, ledger.stuck));
  return { problems, counts };
}

/** Breaks something now and then, one node at a time, while it is to go on. */
function withFaults(world: World, random: Random, goesOn: () => boolean) {
  const counts = { crashes: 0, kills: 0, cuts: 0 };
  for (let steps = 0; goesOn() && steps < faultsMax; steps++) {
    world.runMs(random.between(faultMs / 2, faultMs * 1.5));
    const node = world.node(random.pick(nodes));
    switch (random.pick(["crash", "crash", "kill", "cut"] as const)) {
      case "crash":
        counts.crashes++;
        node.powerOff("by the test");
        break;
      case "kill":
        counts.kills++;
        node.killProcess("cluster");
        break;
      case "cut":
        counts.cuts++;
        for (const other of nodes) {
          world.network.cut(node.name, other);
          world.network.cut(other, node.name);
        }
    }
    world.runMs(random.between(1_000, 6_000));
    world.network.healAll();
    // Fencing switches it on again, unless it was not yet switched off.
    node.powerOn();
  }
  return counts;
}

/** The document, if all nodes have the same one. */
function documentOf(world: World): XmlElement | undefined {
  const copies = world.nodes.map((node) => (node.state("cib") as CibState | undefined)?.copy);
  const [first] = copies;
  const isSame = copies.every((copy) =>
    copy !== undefined && copy.root.attributes.epoch === first?.root.attributes.epoch
  );
  return isSame ? first?.root : undefined;
}

/** Changes since a document that some node remembers as a whole, the oldest first. */
function pastOf(world: World, begin: XmlElement): readonly PastChange[] {
  const since = Number(begin.attributes.epoch);
  const found = new Map<number, PastChange>();
  for (const node of world.nodes) {
    for (const { change } of (node.state("history") as HistoryState | undefined)?.kept ?? []) {
      const { version: { epoch }, changes } = change;
      if (epoch > since && changes !== undefined) found.set(epoch, change);
    }
  }
  return [...found.values()].sort((a, b) => a.version.epoch - b.version.epoch);
}
