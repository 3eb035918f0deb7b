/**
 * `ha log level`: up to which level the daemons of this machine's node log, while they run.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { LogLevel } from "../../runtime/log.ts";
import type { Message } from "../../runtime/messages.ts";
import type { Call, Command } from "../command.ts";
import { exit } from "../exit.ts";
import { levels } from "../log/lines.ts";
import { withNode } from "../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../node_sockets.ts";

/** Milliseconds that logd may take. */
const answerMs = 5_000;

type Levels = Extract<Message, { type: "logd/levels" }>;
const isLevels = (message: Message): message is Levels => message.type === "logd/levels";

interface Wanted {
  readonly service?: string;
  readonly level?: LogLevel;
}

/** What a call wants, or what is wrong with it. */
function wantedBy({ positionals }: Call): Wanted | string {
  const [first, second, ...more] = positionals;
  if (more.length > 0) {
    return withCode("HA0002", `"${more[0]}" is too much. Fix: see ha log level --help`);
  }
  if (first === undefined) return {};
  const word = second ?? first;
  const level = levels.find((one) => one === word);
  if (level === undefined) {
    return withCode("HA0002", `There is no level "${word}". Fix: write ${levels.join(", ")}`);
  }
  if (second === undefined) return { level };
  if (!/^[\w.@-]{1,63}$/.test(first)) {
    return withCode("HA0002", `"${first}" is no name of a daemon. Fix: write one like crmd`);
  }
  return { service: first, level };
}

/** The command. */
export const logLevel: Command = {
  path: ["log", "level"],
  summary: "Show or change the level of the log while the daemons run",
  positionals: "[[DAEMON] LEVEL]",
  details:
    `Needs a section log in the node configuration: logd passes the level on to all its clients. It
holds until logd ends; loglevel of the node configuration is the level after that.

  ha log level
  ha log level debug
  ha log level crmd debug`,
  options: { run: runOption },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  run(call, io, where) {
    const wanted = wantedBy(call);
    if (typeof wanted === "string") {
      io.err(`${wanted}\n`);
      return exit.usage;
    }
    return withNode(clusterSocket(call, where), io, async (client) => {
      const message = { type: "logd/level", id: "level", ...wanted } as const;
      const { all, of } = await client.ask("logd", message, isLevels, answerMs);
      io.out([
        `all: ${nameOf(all)}`,
        ...Object.entries(of).map(([service, level]) => `${service}: ${nameOf(level)}`),
      ]);
      return exit.ok;
    });
  },
};

/** The level that a severity of syslog is: `crit` is the most severe one here. */
const nameOf = (severity: number): string => levels[Math.max(0, severity - 2)] ?? "debug";
