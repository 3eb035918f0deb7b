/**
 * `ha events`: what has happened in the cluster, as the node of this machine has seen it.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../metadata/code.ts";
import { durationMs } from "../../../metadata/special/mod.ts";
import { pause } from "../../../metadata/timer.ts";
import type { Wanted } from "../../events/mod.ts";
import { eventKinds } from "../../runtime/cluster_event.ts";
import type { ClusterEvent } from "../../runtime/messages.ts";
import { defaultFolders, storeFolder } from "../../site/default_folders.ts";
import type { Call, Command, Io, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { withNode } from "../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../node_sockets.ts";

/** Milliseconds between two questions of `--follow`. */
const followMs = 1_000;

/** The state folder of the node, for the case that it is stopped; undefined: another node is meant. */
function stateOf({ options }: Call, { here }: Where): string | undefined {
  if (typeof options.state === "string") return resolve(here, options.state);
  return options.run === undefined ? defaultFolders.state : undefined;
}

/** `ha events` */
export const events: Command = {
  path: ["events"],
  summary: "Show what has happened: members, fencings, operations, attributes, changes",
  details:
    "Each node keeps the last 10,000 events that it has seen. TIME is like 2026-01-31, or\n" +
    "2026-01-31T12:00, or 10min, which is so long ago.",
  options: {
    follow: { type: "boolean", short: "f", summary: "Go on with what happens, until you stop it" },
    since: { type: "string", value: "TIME", summary: "Only later ones" },
    kind: { type: "string", value: "KIND", summary: `Only one of ${eventKinds().join(", ")}` },
    node: { type: "string", value: "NODE", summary: "Only those of a node" },
    resource: { type: "string", value: "RESOURCE", summary: "Only those of a resource" },
    limit: { type: "string", value: "NUMBER", summary: "The newest ones; 1000 if left out" },
    json: { type: "boolean", summary: "Print one JSON object a line" },
    state: {
      type: "string",
      value: "FOLDER",
      summary: `State folder of a stopped node; ${defaultFolders.state} if left out`,
    },
    run: runOption,
  },
  grant(call, where) {
    const grant = socketGrant(clusterSocket(call, where));
    const state = stateOf(call, where);
    return state === undefined
      ? grant
      : { ...grant, read: [...grant.read, storeFolder(state, "cluster", "events")] };
  },
  async run(call, io, where) {
    const wanted = wantedOf(call, Date.now());
    if (typeof wanted === "string") {
      io.err(`${wanted}\n`);
      return exit.usage;
    }
    const { eventsOf } = await import("../events/read.ts");
    const show = shower(call, io);
    // The error of a node that does not answer is kept back: its files may have the events.
    const said: (string | readonly string[])[] = [];
    const code = await withNode(
      clusterSocket(call, where),
      { ...io, err: (text) => void said.push(text) },
      async (client) => {
        let { events, last } = await eventsOf(client, wanted);
        show(events);
        const { sinceMs: _, limit: __, ...follow } = wanted;
        while (call.options.follow === true) {
          await pause(followMs);
          ({ events, last } = await eventsOf(client, { ...follow, after: last }));
          show(events);
        }
        return exit.ok;
      },
    );
    if (code === exit.disconnected) {
      const offline = await showStored(call, io, where, wanted);
      if (offline !== undefined) return offline;
    }
    for (const text of said) io.err(text);
    return code;
  },
};

const shower = ({ options }: Call, io: Io) => (events: readonly ClusterEvent[]): void => {
  if (events.length === 0) return;
  io.out(events.map((event) => options.json === true ? JSON.stringify(event) : lineOf(event)));
};

/** One event as a line. */
function lineOf({ wallMs, kind, what, why }: ClusterEvent): string {
  const because = why === undefined ? "" : `: ${why}`;
  return `${new Date(wallMs).toISOString()}  ${kind.padEnd(13)}  ${what}${because}`;
}

/** Those of a stopped node; undefined: it has none here. */
async function showStored(
  call: Call,
  io: Io,
  where: Where,
  wanted: Wanted,
): Promise<number | undefined> {
  const state = stateOf(call, where);
  if (state === undefined) return undefined;
  const { storedEvents } = await import("../events/read.ts");
  const stored = await storedEvents(state, wanted);
  if (stored === undefined) return undefined;
  io.err([`WARNING: No node runs here. These are the events in ${state}, up to its end.`]);
  shower(call, io)(stored.events);
  return exit.ok;
}

/** What a call asks for; else what is wrong with it. */
function wantedOf({ options, positionals }: Call, nowMs: number): Wanted | string {
  const [extra] = positionals;
  if (extra !== undefined) {
    return withCode("HA0002", `"${extra}" is too much. Fix: --node or --resource names one`);
  }
  const { since, kind, node, resource, limit = "1000" } = options;
  const known = eventKinds().find((one) => one === kind);
  if (kind !== undefined && known === undefined) {
    return withCode(
      "HA0002",
      `"${kind}" is no kind of events. Fix: take one of ${eventKinds().join(", ")}`,
    );
  }
  const sinceMs = typeof since === "string" ? timeOf(since, nowMs) : undefined;
  if (since !== undefined && sinceMs === undefined) {
    return withCode(
      "HA0002",
      `"${since}" is no time. Fix: write it like 2026-01-31T12:00 or 10min`,
    );
  }
  if (typeof limit !== "string" || !/^[1-9]\d{0,3}$|^10000$/.test(limit)) {
    return withCode("HA0002", `"${limit}" is no number from 1 to 10000. Fix: correct --limit`);
  }
  return {
    limit: Number(limit),
    ...(known === undefined ? {} : { kind: known }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(typeof node === "string" ? { node } : {}),
    ...(typeof resource === "string" ? { resource } : {}),
  };
}

function timeOf(text: string, nowMs: number): number | undefined {
  const ago = durationMs(text);
  if (ago !== undefined) return Math.max(0, nowMs - ago);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at);
}
