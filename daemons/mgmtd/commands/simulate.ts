/**
 * `ha simulate`: what would the cluster do? The policy engine, asked without a cluster.
 *
 * The options are those of `crm_simulate`, so that habits and scripts go on working.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { resolve } from "node:path";
import { simulateBatch } from "../simulate/batch.ts";
import { profile } from "../simulate/profile.ts";
import { readInput, sourceName } from "../simulate/read_input.ts";
import { requestOf } from "../simulate/request.ts";
import { simulateOne } from "../simulate/one.ts";
import type { Call, Command, Io, Option, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { limitOptions } from "../limits.ts";
import { wholeGrant } from "../whole_file.ts";
import { clusterSocket, heartbeatSocket, runOption, socketGrant } from "../node_sockets.ts";

const flag = (short: string, summary: string): Option => ({ type: "boolean", short, summary });
const file = (short: string, summary: string): Option => ({
  type: "string",
  short,
  value: "FILE",
  summary,
});
const event = (short: string, value: string, summary: string): Option => ({
  type: "string",
  short,
  value,
  multiple: true,
  summary,
});

const options = {
  "xml-file": file("x", "The CIB to work on"),
  "xml-pipe": flag("p", "Read the CIB from standard input"),
  "live-check": flag("L", "Work on the CIB of the running cluster"),
  "run-folder": { ...runOption, summary: `With --live-check: ${runOption.summary}` },
  run: flag("R", "Show what the cluster would do"),
  simulate: flag("S", "Simulate it, and show the result"),
  "in-place": flag("X", "Like --simulate, and write the result back to the file"),
  "show-scores": flag("s", "Show what each node scored for each resource"),
  "show-attrs": flag("A", "Show attributes of nodes"),
  "show-failcounts": flag("c", "Show fail counts"),
  "show-utilization": flag("U", "Show capacities and what is used of them"),
  "all-actions": flag("a", "Draw actions too that are not part of the transition"),
  quiet: flag("Q", "Show only the requested output, not the status"),
  "node-up": event("u", "NODE", "A node comes online"),
  "node-down": event("d", "NODE", "A node goes offline"),
  "node-fail": event("f", "NODE", "A node fails"),
  "op-inject": event("i", "OPSPEC", "An operation had this result: RSC_TASK_INTERVAL@NODE=RC"),
  "op-fail": event("F", "OPSPEC", "If the transition does this operation, it has this result"),
  "set-datetime": {
    type: "string",
    short: "t",
    value: "TIME",
    summary: "The time to use (ISO 8601)",
  },
  quorum: { type: "string", short: "q", value: "BOOL", summary: "Whether there is quorum" },
  watchdog: { type: "string", short: "w", value: "BOOL", summary: "Whether there are watchdogs" },
  "ticket-grant": event("g", "TICKET", "A ticket is granted"),
  "ticket-revoke": event("r", "TICKET", "A ticket is revoked"),
  "ticket-standby": event("b", "TICKET", "A ticket is put in standby"),
  "ticket-activate": event("e", "TICKET", "A ticket is made active again"),
  "save-input": file("I", "Write the CIB with the events to a file"),
  "save-output": file("O", "Write the CIB after the transition to a file"),
  "save-graph": file("G", "Write the transition graph as XML to a file"),
  "save-dotfile": file("D", "Write the transition graph for graphviz to a file"),
  profile: { type: "string", short: "P", value: "DIR", summary: "Time every *.xml of a folder" },
  repeat: {
    type: "string",
    short: "N",
    value: "N",
    summary: "With --profile: how often to schedule each",
  },
  batch: { type: "string", value: "DIR", summary: "Work on every *.xml of a folder" },
  out: { type: "string", value: "DIR", summary: "With --batch: where to write the results" },
  names: { type: "string", value: "FILE", summary: "With --batch: only the names in this file" },
  ...limitOptions,
} as const satisfies Record<string, Option>;

const isLive = ({ options }: Call): boolean => options["live-check"] === true;

/** `--run` means something else here, as it does for `crm_simulate`. */
const liveSockets = (call: Call, where: Where) => ({
  cluster: clusterSocket(call, where, "run-folder"),
  heartbeat: heartbeatSocket(call, where, "run-folder"),
});

/** The CIB of the running cluster as text; else an exit code. */
async function liveText(call: Call, where: Where, io: Io): Promise<string | number> {
  // Loaded only where they are needed: most simulations ask nobody.
  const { liveCib } = await import("../live_cib.ts");
  const cib = await liveCib(liveSockets(call, where), io);
  if (typeof cib === "number") return cib;
  const { stringify } = await import("../../../metadata/xml/mod.ts");
  return stringify(cib);
}

const written = ["save-input", "save-output", "save-graph", "save-dotfile"] as const;

/** The command. */
export const simulate: Command = {
  path: ["simulate"],
  summary: "Show what the cluster would do, and the result",
  details: `An OPSPEC is RESOURCE_TASK_INTERVAL@NODE=RC with the interval in milliseconds:
db_monitor_10000@node1=7 says that the monitor of db found it stopped on node1.

  ha simulate -x cib.xml -S                      play the next transition
  ha simulate -L -S -f node1                     what if node1 of the running cluster fails?
  ha simulate -x cib.xml -S -f node1             what if node1 fails?
  ha simulate -x cib.xml -S -F db_start_0@node2=1   what if db does not start on node2?
  ha simulate --batch cases --out results        dot, exp, scores and summary of each case

Exit codes: 0 done; 1 an event could not be played; 64 wrong arguments; 65 no CIB; 78 the CIB breaks
the configuration language. With --live-check also 69 the node gives no CIB; 102 no node answers.`,
  options,
  // A folder of documents takes as long as it takes.
  endsSoon: ({ options: { batch, profile } }) => batch === undefined && profile === undefined,

  grant(call, where) {
    const { here } = where;
    const path = (name: string): string[] => {
      const value = call.options[name];
      return typeof value === "string" ? [resolve(here, value)] : [];
    };
    const whole = wholeGrant(
      ...written.flatMap(path),
      ...(call.options["in-place"] === true ? path("xml-file") : []),
    );
    const live = isLive(call) ? socketGrant(...Object.values(liveSockets(call, where))) : undefined;
    return {
      ...(live === undefined ? {} : { net: live.net }),
      read: [
        ...["xml-file", "batch", "names", "profile"].flatMap(path),
        ...whole,
        ...live?.read ?? [],
      ],
      write: [...path("out"), ...whole, ...live?.write ?? []],
    };
  },

  async run(call: Call, io, where) {
    const { here } = where;
    const path = (name: string): string | undefined => {
      const value = call.options[name];
      return typeof value === "string" ? resolve(here, value) : undefined;
    };
    const request = requestOf(call);
    if (typeof request === "string") {
      io.err(`${request}\n`);
      return exit.usage;
    }
    const batch = path("batch");
    if (batch !== undefined) {
      const out = path("out");
      if (out === undefined) {
        io.err("--batch needs --out DIR, the folder to write the results to\n");
        return exit.usage;
      }
      return simulateBatch(batch, out, path("names"), request, io);
    }
    const profiled = path("profile");
    if (profiled !== undefined) {
      const repeat = Number(call.options.repeat ?? 1);
      if (!Number.isInteger(repeat) || repeat < 1) {
        io.err(`Cannot schedule "${call.options.repeat}" times: give a whole number from 1\n`);
        return exit.usage;
      }
      return profile(profiled, repeat, request, io) ? exit.ok : exit.error;
    }
    const xmlFile = path("xml-file");
    const live = isLive(call);
    const sources = ["xml-file", "xml-pipe", "live-check"]
      .filter((name) => call.options[name] !== undefined && call.options[name] !== false);
    if (sources.length > 1) {
      io.err(
        withCode(
          "HA0002",
          `Cannot work on ${sources.length} CIBs at once. Fix: give one of ${
            sources.map((name) => `--${name}`).join(", ")
          }\n`,
        ),
      );
      return exit.usage;
    }
    if (xmlFile === undefined && !live && call.options["xml-pipe"] !== true) {
      io.err(
        "Give a CIB: --xml-file FILE, --xml-pipe to read it from standard input, or " +
          "--live-check for that of the running cluster\n",
      );
      return exit.usage;
    }
    const text = live ? await liveText(call, where, io) : await readInput(xmlFile);
    if (typeof text === "number") return text;
    return simulateOne(text, live ? "of the running cluster" : sourceName(xmlFile), request, {
      input: path("save-input"),
      output: request.inPlace ? xmlFile : path("save-output"),
      graph: path("save-graph"),
      dot: path("save-dotfile"),
    }, io);
  },
};
