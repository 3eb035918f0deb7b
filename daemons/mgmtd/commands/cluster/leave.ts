/**
 * `ha cluster leave`: this machine stops being a node of its cluster, for good.
 *
 * The cluster is asked through its CIB, so that the others forget the node however this command ends.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { incarnationAttribute, leavesMark } from "../../../crmd/doors/node_marks.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import type { Client } from "../../../runtime/client.ts";
import { stateOf } from "../../api/cluster/forgotten.ts";
import type { Facts } from "../../cluster/join/check_ask.ts";
import { factsOf, hasQuorum } from "../../cluster/join/node_side.ts";
import { type Journal, journalFile, journalIn } from "../../cluster/leave/journal.ts";
import { readJournal, writeJournal } from "../../cluster/leave/journal.ts";
import { asidePaths, freeNumber, setAside } from "../../cluster/leave/set_aside.ts";
import { isLast, whyNotLeave } from "../../cluster/leave/why_not.ts";
import { nodeOptions, type Places, placesIn, placesOf } from "../../cluster/places.ts";
import { disableNode, startGrant, stopNode, sync } from "../../cluster/start_node.ts";
import { reasonLines } from "../../reason_lines.ts";
import type { Call, Command, Consulted, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { isAbsent, withNode } from "../../node_client.ts";
import { socketGrant } from "../../node_sockets.ts";
import { onSignal } from "../../on_signal.ts";
import { userNames } from "../../steer/user.ts";
import { wholeGrant } from "../../whole_file.ts";
import { waitForOption, waitMsOf } from "./wait_for.ts";

/** Milliseconds in which a node whose leave was interrupted must be in a quorate view again. */
const againMs = 60_000;

/** The command. */
export const clusterLeave: Command = {
  path: ["cluster", "leave"],
  summary: "Take this node out of its cluster for good: move its services, stop it, forget it",
  details:
    `Its services are moved to other nodes first. Then it stops, and the others forget it. Its files are kept
under other names, such as node.json.left-1. Until it is stopped, an interruption changes nothing for
good. After any interruption, run it again: it goes on.

It is refused where the nodes that stay would have no quorum, or where one of them is down. On unicast
links, remove this node's address from the configuration of the others afterwards.`,
  options: {
    yes: { type: "boolean", summary: "Agree to services that stop, and to the end of the cluster" },
    purge: { type: "boolean", summary: "Remove the files of the node" },
    forgotten: {
      type: "boolean",
      summary: "The others have forgotten this node: only stop it and put its files aside",
    },
    "wait-for": waitForOption,
    ...nodeOptions,
  },
  consults: (call, where) => {
    const there = placesOf(call, where);
    return [there.config, journalFile(there)];
  },
  grant(call, where, consulted) {
    const places = placesLeft(call, where, consulted);
    const sockets = socketGrant(socketIn(places));
    const { read, run } = startGrant(places);
    const files = [...asidePaths(places), ...wholeGrant(journalFile(places))];
    return {
      net: sockets.net,
      read: [...sockets.read, ...read, ...files],
      write: [...sockets.write, ...files],
      run,
      env: userNames,
    };
  },
  run: leave,
};

const socketIn = ({ run }: Places): string => `${run}/cluster.sock`;

/** Where the files are: the configuration says it, or the journal once that is aside. */
function placesLeft(call: Call, where: Where, consulted: Consulted | undefined): Places {
  const there = placesOf(call, where);
  const config = consulted?.get(there.config);
  return withJournal(placesIn(there, config), journalIn(consulted?.get(journalFile(there))));
}

const withJournal = (places: Places, journal: Journal | undefined): Places =>
  journal === undefined
    ? places
    : { ...places, authkeys: journal.authkeys, state: journal.state, run: journal.run };

/** A leave. */
interface Leave {
  readonly call: Call;
  readonly io: Io;
  readonly places: Places;
  /** What is written before the cluster is asked. */
  readonly journal: Journal;
  /** It was there before. */
  readonly goesOn: boolean;
}

async function leave(call: Call, io: Io, where: Where): Promise<number> {
  const withinMs = waitMsOf(call, io);
  if (withinMs === undefined) return exit.usage;
  const found = await begun(call, where);
  if (found instanceof DiagnosticError) {
    io.err(found.message + "\n");
    return exit.config;
  }
  const it: Leave = { ...found, call, io };
  if (it.goesOn && it.journal.phase === "stopped") return await ended(it);
  const facts = await factsNow(it);
  const { node } = it.journal;
  if (call.options.forgotten === true) {
    const others = facts?.quorate === true ? facts.members.filter((one) => one !== node) : [];
    if (others.length === 0) return await ended(it);
    return refused(io, [cannot(`${others.join(", ")} count on it`, "leave out --forgotten")]);
  }
  if (facts !== undefined) return await asked(it, facts, withinMs);
  if (it.goesOn && it.journal.phase === "agreed" && await hasLeft(it)) return await ended(it);
  return refused(io, [
    cannot(
      `${node} does not run, so the others cannot be asked`,
      `start it with ha cluster start; or, if ha cluster status on another node does not show ${node}, ` +
        "run ha cluster leave --forgotten here",
    ),
  ]);
}

/** The cluster; undefined: the node does not run. One whose leave was interrupted may be starting. */
async function factsNow({ places, goesOn }: Leave): Promise<Facts | undefined> {
  const sockets = { cluster: socketIn(places) };
  try {
    const facts = await factsOf(sockets);
    return facts.quorate || !goesOn || !await hasQuorum(sockets, againMs)
      ? facts
      : await factsOf(sockets);
  } catch (error) {
    if (isAbsent(error) || error instanceof Deno.errors.TimedOut) return undefined;
    if (error instanceof Deno.errors.ConnectionReset) return undefined;
    throw error;
  }
}

/**
 * Whether the life of the node that left has ended cleanly, by the CIB on its disk. One that lost its power
 * is fenced, or is not down for sure: then the others still have it.
 */
async function hasLeft({ io, places, journal: { node } }: Leave): Promise<boolean> {
  const stopped = await stopNode(places); // it may be about to end
  if (!stopped.ok) io.err([stopped.why]);
  const { storedCib } = await import("../../stored_cib.ts");
  const call = { options: { state: places.state }, positionals: [] };
  const cib = await storedCib(call, { here: "/", project: "", deno: "" });
  if (!stopped.ok || cib === undefined) return false;
  const { attributesOf } = await import("../../cluster/emptying.ts");
  const { [incarnationAttribute]: life, expected } = stateOf(cib, node)?.attributes ?? {};
  return expected === "down" && attributesOf(cib, node).get(leavesMark) === life;
}

/** What there is of a node, and of an earlier leave. */
async function begun(
  call: Call,
  where: Where,
): Promise<Pick<Leave, "places" | "journal" | "goesOn"> | DiagnosticError> {
  const there = placesOf(call, where);
  const earlier = await readJournal(there);
  const purge = call.options.purge === true;
  if (earlier !== undefined) {
    const journal = { ...earlier, purge: purge || earlier.purge };
    return { places: withJournal(there, journal), journal, goesOn: true };
  }
  const text = await readText(there.config, bytesMax.nodeConfig);
  const read = readNodeConfig(text);
  if (!read.ok) return new DiagnosticError(`Cannot use "${there.config}"`, read.diagnostics);
  const places = placesIn(there, text);
  const { cluster, node, authkeys, state, run } = read.value;
  const number = await freeNumber(places);
  const folders = { authkeys, state, run };
  const journal: Journal = {
    phase: "asking",
    cluster,
    node,
    number,
    standby: false,
    purge,
    ...folders,
  };
  return { places, journal, goesOn: false };
}

/** With the cluster: it moves what runs here, and knows that the node leaves. */
async function asked(it: Leave, facts: Facts, withinMs: number): Promise<number> {
  const { call, io, places, journal: { cluster, node } } = it;
  const yes = call.options.yes === true;
  const reasons = whyNotLeave(facts, node);
  if (reasons.length > 0) return refused(io, reasons);
  if (isLast(facts, node)) {
    if (!yes) {
      const what = `it is the last node of ${cluster}: its services stop, and the cluster ends`;
      return refused(io, [cannot(what, "repeat it with --yes to agree")], exit.unsafe);
    }
    return await ended(it);
  }
  let isInterrupted = false;
  const agreed = { yes, withinMs, isInterrupted: () => isInterrupted };
  using _ = onSignal(() => {
    if (!isInterrupted) io.err(["Interrupted: what was changed is taken back."]);
    isInterrupted = true;
  });
  const code = await withNode(socketIn(places), io, (client) => agreement(it, client, agreed));
  return code === exit.ok ? await ended(it) : code;
}

const command = "ha cluster leave";

/** Takes everything off the node, and marks it as one that leaves; else everything is as before. */
async function agreement(
  { io, places, journal, goesOn }: Leave,
  client: Client,
  how: { readonly yes: boolean; readonly withinMs: number; readonly isInterrupted: () => boolean },
): Promise<number> {
  const { emptied, isInStandby, set } = await import("../../cluster/emptying.ts");
  const { documentOf } = await import("../../steer/node.ts");
  const { node } = journal;
  const standby = goesOn ? journal.standby : isInStandby(await documentOf(client), node);
  const back = async (code: number): Promise<number> => {
    const written = standby || await set(client, `${command} (undo)`, [
      node,
      "standby",
      null,
    ]);
    if (written === true || written.type === "done") {
      await Deno.remove(journalFile(places)).catch(() => {});
      return code;
    }
    const what = `${node} may be left in standby: ${written.why}`;
    io.err(
      reasonLines(withCode("HA0018", `${what}. Fix: ha node online ${node}, or ${command} again`)),
    );
    return code;
  };
  // Before anything is changed: on a full disk nothing is.
  await writeJournal(places, { ...journal, phase: "asking", standby });
  const code = await emptied(client, node, { ...how, command }, io);
  if (code !== exit.ok) return await back(code);
  if (how.isInterrupted()) return await back(exit.error);
  const cib = await documentOf(client);
  const life = stateOf(cib, node)?.attributes[incarnationAttribute] ?? "";
  const written = await set(client, command, [node, leavesMark, life]);
  if (written.type === "refused") {
    io.err(reasonLines(cannot(written.why, "see ha status, and try again")));
    return await back(exit.tryAgain);
  }
  if (written.type === "unknown") {
    io.err(reasonLines(unfinished(`it is not known whether the cluster agreed: ${written.why}`)));
    return exit.tryAgain;
  }
  await writeJournal(places, { ...journal, standby, phase: "agreed" });
  return exit.ok;
}

/** Nobody expects it any longer: stops the node, and puts its files aside. */
async function ended({ io, places, journal }: Leave): Promise<number> {
  const { node, cluster } = journal;
  await disableNode(places);
  const stopped = await stopNode(places);
  if (!stopped.ok) {
    io.err([stopped.why, unfinished(`${node} is not stopped`)]);
    return exit.timeout;
  }
  await writeJournal(places, { ...journal, phase: "stopped" });
  const kept = await setAside(places, journal, sync);
  io.out([
    `${node} has left the cluster ${cluster}. The others forget it as soon as they see it stopped: see ` +
    "ha cluster status on one of them.",
    ...(kept.length === 0
      ? ["Its files are removed."]
      : ["Its files are kept:", ...kept.map((path) => `  ${path}`)]),
  ]);
  return exit.ok;
}

function refused(io: Io, reasons: readonly string[], code: number = exit.unsafe): number {
  io.err(reasons);
  return code;
}

const cannot = (what: string, fix: string): string =>
  withCode("HA0046", `This node cannot leave: ${what}. Fix: ${fix}`);

const unfinished = (what: string): string =>
  withCode("HA0047", `The node has not left yet: ${what}. Fix: run ha cluster leave again`);
