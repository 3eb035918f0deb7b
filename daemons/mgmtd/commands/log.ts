/**
 * `ha log`: the log of this machine's node.
 *
 * @module
 */
import { codeIn, withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { durationMs } from "../../../metadata/special/mod.ts";
import { bytesMax, readText } from "../../site/bounded_file.ts";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { type Level, levels, LogFilter, type Wanted } from "../log/lines.ts";
import {
  linesOf,
  logdFileIn,
  logGrant,
  logOptions,
  logSource,
  type Source,
} from "../log/source.ts";
import { runFolderOf, runOption } from "../node_sockets.ts";

/** Reads `--since`; undefined: it is no duration. */
export function sinceOf(text: string, nowMs: number): number | undefined {
  const ms = durationMs(text);
  return ms === undefined ? undefined : nowMs - ms;
}

/** What a call wants; what is wrong with it. */
function wantedBy({ options, positionals }: Call, nowMs: number): Wanted | string {
  const text = (name: string) => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  if (positionals.length > 0) {
    return withCode("HA0002", "Only options are expected. Fix: see ha log --help");
  }
  const level = text("level");
  const known = levels.find((one): one is Level => one === (level === "error" ? "err" : level));
  if (level !== undefined && known === undefined) {
    return withCode("HA0002", `There is no level "${level}". Fix: write ${levels.join(", ")}`);
  }
  const since = text("since");
  const sinceMs = since === undefined ? undefined : sinceOf(since, nowMs);
  if (since !== undefined && sinceMs === undefined) {
    return withCode("HA0002", `"${since}" is no duration. Fix: write it like 30min or 2h`);
  }
  return { level: known, node: text("node"), daemon: text("daemon"), sinceMs };
}

/** The command. */
export const log: Command = {
  path: ["log"],
  summary: "Show the log of this machine's node",
  details:
    `It comes from the file of logd, if the node has one; else from systemd's journal, or from the file that has it.
Run it on each node.

  ha log --level warning --since 2h
  ha log -f --daemon crmd
  ha log --log /var/log/ha.log --node bob`,
  options: {
    follow: { type: "boolean", short: "f", summary: "Go on with what comes, until Ctrl-C" },
    level: { type: "string", value: "LEVEL", summary: `At least so severe: ${levels.join(", ")}` },
    node: { type: "string", value: "NODE", summary: "Only of this node, where a file has several" },
    daemon: {
      type: "string",
      value: "DAEMON",
      summary: "Only of this daemon: crmd, heartbeat, ...",
    },
    since: { type: "string", value: "DURATION", summary: "Not older than this: 30min, 2h" },
    json: { type: "boolean", summary: "Print one JSON object for each entry" },
    ...logOptions,
    run: runOption,
  },
  consults: (call, where) => configuration(call, where),
  grant(call, where, consulted) {
    const [path] = configuration(call, where);
    const file = path === undefined ? undefined : logdFileIn(consulted?.get(path));
    return path === undefined || file === undefined
      ? logGrant(call, where)
      : { read: [path, file] };
  },
  async run(call, io, where) {
    const wanted = wantedBy(call, Date.now());
    if (typeof wanted === "string") {
      io.err(`${wanted}\n`);
      return exit.usage;
    }
    const filter = new LogFilter(wanted, call.options.json === true);
    const follow = call.options.follow === true;
    try {
      const source = await sourceOf(call, where, wanted.sinceMs);
      for await (const line of linesOf(source, follow)) {
        const shown = filter.take(line);
        if (shown !== undefined) io.out([shown]);
      }
      return exit.ok;
    } catch (error) {
      io.err([unread(messageOf(error))]);
      return exit.unavailable;
    }
  },
};

/** The configuration of the running node, unless the call names a file. */
const configuration = (call: Call, where: Where): readonly string[] =>
  call.options.log === undefined ? [`${runFolderOf(call, where)}/node.json`] : [];

/** Where the log is: the file that was named, that of logd, or the journal. */
async function sourceOf(call: Call, where: Where, sinceMs?: number): Promise<Source> {
  const [path] = configuration(call, where);
  const text = path === undefined
    ? undefined
    : await readText(path, bytesMax.nodeConfig).catch(() => undefined);
  const file = logdFileIn(text);
  return file === undefined ? logSource(call, where, sinceMs) : { type: "file", path: file };
}

/** What to say if the log cannot be read. */
export const unread = (why: string): string =>
  codeIn(why) === undefined
    ? withCode("HA0008", `Cannot read the log: ${why}. Fix: name its file with --log FILE`)
    : why;
