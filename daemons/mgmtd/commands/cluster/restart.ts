/**
 * `ha cluster restart --rolling`: all nodes of the cluster, one after another, from one of them.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import { nodeOptions, placesIn, placesOf } from "../../cluster/places.ts";
import type { Look } from "../../cluster/rolling/one_node.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { nobodyAnswers, socketGrant } from "../../node_sockets.ts";
import { onSignal } from "../../on_signal.ts";
import { userNames } from "../../steer/user.ts";
import { waitForOption, waitMsOf } from "./wait_for.ts";

const command = "ha cluster restart --rolling";

/** The command. */
export const clusterRestart: Command = {
  path: ["cluster", "restart"],
  summary: "Restart all nodes of the cluster, one after another: --rolling",
  details:
    `Each node in its turn: its services move away, it stops and starts, it is a member again, and what ran
before runs. The next one follows only then. This node is the last one.

It stops at the first problem and says what to do. Run it again, on any node: it goes on with the nodes
that are left. A node that is asked to restart does so even if this command ends.`,
  options: {
    rolling: { type: "boolean", summary: "One node after another" },
    cancel: { type: "boolean", summary: "Give up a rolling restart that has stopped" },
    yes: { type: "boolean", summary: "Agree to services that stop, as they can run nowhere else" },
    "wait-for": waitForOption,
    ...nodeOptions,
  },
  consults: (call, where) => [placesOf(call, where).config],
  grant(call, where, consulted) {
    const there = placesOf(call, where);
    const { config, run } = placesIn(there, consulted?.get(there.config));
    const sockets = socketGrant(`${run}/cluster.sock`);
    return { ...sockets, read: [...sockets.read, config], env: userNames };
  },
  run: restart,
};

async function restart(call: Call, io: Io, where: Where): Promise<number> {
  const withinMs = waitMsOf(call, io);
  if (withinMs === undefined) return exit.usage;
  if (call.options.rolling !== true) {
    const fix = `${command}, or for this node alone ha cluster stop and ha cluster start`;
    io.err([withCode("HA0002", `All nodes at once are not restarted. Fix: ${fix}`)]);
    return exit.usage;
  }
  const path = placesOf(call, where).config;
  const read = readNodeConfig(await readText(path, bytesMax.nodeConfig));
  if (!read.ok) {
    io.err(new DiagnosticError(`Cannot use "${path}"`, read.diagnostics).message + "\n");
    return exit.config;
  }
  const cluster = `${read.value.run}/cluster.sock`;
  const { look } = await import("../../cluster/rolling/one_node.ts");
  const now = await look(cluster);
  if (now === undefined) {
    io.err(nobodyAnswers(cluster));
    return exit.disconnected;
  }
  if (call.options.cancel === true) return await cancelled(cluster, now, io);
  const yes = call.options.yes === true;
  return await rolling({ cluster, self: read.value.node, yes, withinMs }, now, io);
}

/** How it is to be done. */
interface Rolling {
  readonly cluster: string;
  readonly self: string;
  readonly yes: boolean;
  readonly withinMs: number;
}

async function rolling(of: Rolling, first: Look, io: Io): Promise<number> {
  const { cluster, self } = of;
  const { look, persist, restartOne } = await import("../../cluster/rolling/one_node.ts");
  const { beginning, dueIn, halted, nextOf, whyNotRestart } = await import(
    "../../cluster/rolling/plan.ts"
  );
  let isInterrupted = false;
  using _ = onSignal(() => {
    if (!isInterrupted) io.err(["Interrupted: it ends as soon as nothing is half done."]);
    isInterrupted = true;
  });
  let due = dueIn(first.cib);
  if (due.length > 0) {
    io.out([`Going on: ${due.map(({ node }) => node).join(", ")} left`]);
  } else {
    const { members } = first.facts;
    const reasons = new Set(members.flatMap((node) => whyNotRestart(first.facts, node)));
    const why = reasons.size > 0
      ? [...reasons].join("; ")
      : await persist(cluster, command, beginning(first.cib, members));
    if (why !== undefined) {
      io.err([halted(`${why}; no node is restarted`, "see ha cluster status")]);
      return reasons.size > 0 ? exit.unsafe : exit.tryAgain;
    }
  }
  for (
    let now: Look | undefined = await look(cluster);
    now !== undefined;
    now = await look(cluster)
  ) {
    due = dueIn(now.cib);
    const next = nextOf(due, [now.facts.members[0] ?? "", self]);
    if (next === undefined) {
      io.out(["Every node was restarted"]);
      return exit.ok;
    }
    const code = await restartOne({
      ...of,
      due: next,
      io,
      command,
      isInterrupted: () => isInterrupted,
    });
    if (code !== exit.ok) return code;
  }
  io.err([halted("the node of this machine does not answer", "see ha cluster status")]);
  return exit.unavailable;
}

/** Takes back what is left of one. */
async function cancelled(cluster: string, { cib }: Look, io: Io): Promise<number> {
  const { persist } = await import("../../cluster/rolling/one_node.ts");
  const { dueIn, ending, halted } = await import("../../cluster/rolling/plan.ts");
  const due = dueIn(cib);
  if (due.length === 0) {
    io.out(["No rolling restart is under way"]);
    return exit.ok;
  }
  const why = await persist(cluster, `${command} --cancel`, due.flatMap(ending));
  if (why !== undefined) {
    io.err([halted(`it cannot be given up: ${why}`, "see ha status")]);
    return exit.tryAgain;
  }
  io.out([`Given up. Not restarted: ${due.map(({ node }) => node).join(", ")}`]);
  return exit.ok;
}
