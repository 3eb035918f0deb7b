/**
 * `ha cluster recover`: the nodes that are left go on without those that are permanently lost.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { pause } from "../../../../metadata/timer.ts";
import { withCode } from "../../../../metadata/code.ts";
import type { Client } from "../../../runtime/client.ts";
import type { Message } from "../../../runtime/messages.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { type NodeConfig, readNodeConfig } from "../../../site/node_config/read.ts";
import { nodeOptions, placesIn, placesOf } from "../../cluster/places.ts";
import {
  choiceLines,
  type Membership,
  membersOf,
  nextLines,
  readMembership,
  whyNotRecover,
} from "../../cluster/recover/choice.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { socketGrant } from "../../node_sockets.ts";
import { statusOf } from "../../status/node_report.ts";
import { storedGrant } from "../../stored_cib.ts";
import { types } from "../fence/agree.ts";
import { waitForOption, waitMsOf } from "./wait_for.ts";

/** Milliseconds in which a daemon answers. */
const answerMs = 5_000;
/** Milliseconds between two looks. */
const lookMs = 200;

/** The command. */
export const clusterRecover: Command = {
  path: ["cluster", "recover"],
  summary:
    "Go on without nodes that are permanently lost, where those that are left have no quorum",
  details:
    `It shows which nodes count, which of them are lost, and what each choice can lose. You type the name of
the cluster to agree. Where several nodes are left, it must be run on each of them: no node believes
another one that the rest is lost. From then on only these nodes count.

A lost node that is started later cannot join with its old state, and cannot act alone.`,
  options: {
    "dry-run": { type: "boolean", summary: "Only show the choices" },
    typed: {
      type: "string",
      value: "CLUSTER",
      summary: "The cluster's name, where there is no terminal to type it",
    },
    "wait-for": {
      ...waitForOption,
      summary: "How long the other nodes may take; 5min if left out",
    },
    ...nodeOptions,
  },
  consults: (call, where) => [placesOf(call, where).config],
  grant(call, where, consulted) {
    const there = placesOf(call, where);
    const { config, run, state } = placesIn(there, consulted?.get(there.config));
    const sockets = socketGrant(`${run}/cluster.sock`);
    const stored = storedGrant({ options: { state }, positionals: [] }, where);
    return { ...sockets, read: [...sockets.read, config, ...stored] };
  },
  run: recover,
};

async function recover(call: Call, io: Io, where: Where): Promise<number> {
  const withinMs = waitMsOf(call, io);
  if (withinMs === undefined) return exit.usage;
  const path = placesOf(call, where).config;
  const read = readNodeConfig(await readText(path, bytesMax.nodeConfig));
  if (!read.ok) {
    io.err(new DiagnosticError(`Cannot use "${path}"`, read.diagnostics).message + "\n");
    return exit.config;
  }
  return await withNode(
    `${read.value.run}/cluster.sock`,
    io,
    (client) => decided(client, { call, io, config: read.value, withinMs }),
  );
}

/** What a person asked for. */
interface Asked {
  readonly call: Call;
  readonly io: Io;
  readonly config: NodeConfig;
  readonly withinMs: number;
}

async function decided(client: Client, asked: Asked): Promise<number> {
  const { call, io, config: { cluster, node } } = asked;
  const membership = await membershipOf(client);
  const refused = whyNotRecover(membership);
  if (refused !== undefined) {
    io.err([refused]);
    return exit.unsafe;
  }
  io.out(choiceLines(cluster, node, membership, await copyOf(asked)));
  if (call.options["dry-run"] === true) return exit.ok;
  const question = `Type the name of the cluster (${cluster}) to go on without ${
    membership.absent.join(", ")
  }:`;
  if (!types(call, io, cluster, question)) return exit.permission;
  return await goOn(client, membership, asked);
}

/** Tells this node, and waits for those of the other nodes. */
async function goOn(client: Client, agreed: Membership, { io, withinMs }: Asked): Promise<number> {
  const members = membersOf(agreed).join(", ");
  let told = 0;
  let waitsFor = "";
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(lookMs)) {
    const now = await membershipOf(client);
    const there = membersOf(now).join(", ");
    if (now.view?.quorate === true && there === members) {
      io.out([`${members} go on: the cluster has quorum again.`, ...nextLines(agreed.absent)]);
      return exit.ok;
    }
    // While they agree on it there may be no view; another set of nodes is not what was agreed to.
    if (now.view !== null && there !== members) {
      const what = `the members are ${there || "none"} now, and not ${members}`;
      io.err([withCode("HA6012", `Nothing was done: ${what}. Fix: run it again`)]);
      return exit.unsafe;
    }
    if (now.view !== null && now.view.epoch !== told) {
      const refused = await tell(client, now.view.epoch);
      if (refused !== undefined) {
        io.err([`Nothing was done: ${refused}`]);
        return exit.unsafe;
      }
      told = now.view.epoch;
    } else if (now.notAgreed.length > 0 && now.notAgreed.join(", ") !== waitsFor) {
      waitsFor = now.notAgreed.join(", ");
      io.out([`Waiting for ${waitsFor}: run ha cluster recover there too.`]);
    }
  }
  const fix = waitsFor === "" ? "see ha status" : `run ha cluster recover on ${waitsFor}`;
  io.err([withCode("HA6012", `The nodes do not go on yet. Fix: ${fix}, and run it here again`)]);
  return exit.timeout;
}

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** @throws {Deno.errors.TimedOut} if the membership daemon does not answer. */
const membershipOf = async (client: Client): Promise<Membership> =>
  readMembership(await statusOf(client, "ccm"));

/** @returns why it is not taken. */
async function tell(client: Client, view: number): Promise<string | undefined> {
  const id = `recover ${view}`;
  const { refused } = await client.ask(
    "ccm",
    { type: "ccm/recover", id, view },
    (message): message is Of<"ccm/recovering"> =>
      message.type === "ccm/recovering" && message.id === id,
    answerMs,
  );
  return refused;
}

/** What this node has of the configuration: on its disk, as a daemon without quorum may not answer. */
async function copyOf({ config: { state } }: Asked): Promise<{ version: string; written: string }> {
  const { storedCib } = await import("../../stored_cib.ts");
  const stored = { options: { state }, positionals: [] };
  const cib = await storedCib(stored, { here: "/", project: "", deno: "" });
  if (cib === undefined) return { version: "unknown", written: "" };
  const { attributes } = cib;
  const [major, epoch, updates] = ["admin_epoch", "epoch", "num_updates"].map((name) =>
    attributes[name] ?? "0"
  );
  return { version: `${major}.${epoch}.${updates}`, written: attributes["cib-last-written"] ?? "" };
}
