/**
 * `ha report`: what somebody else needs to understand this machine's node, in one file.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../metadata/code.ts";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { logGrant, logOptions, logSource } from "../log/source.ts";
import {
  clusterSocket,
  heartbeatSocket,
  runFolderOf,
  runOption,
  socketGrant,
} from "../node_sockets.ts";
import { statusFile } from "../../recoverymgrd/doors/node.ts";
import { wholeGrant } from "../whole_file.ts";
import { sinceOf } from "./log.ts";

/** How far back the log goes if nothing else is asked for. */
const usual = "24h";

const fileOf = ({ positionals }: Call, { here }: Where): string | undefined => {
  const [path, ...more] = positionals;
  return path === undefined || more.length > 0 ? undefined : resolve(here, path);
};

/** The command. */
export const report: Command = {
  path: ["report"],
  summary: "Write one archive with CIB, status, history, log and versions of this machine's node",
  positionals: "FILE.tar",
  details:
    `Values of parameters whose names mean secrets are hidden everywhere, also in the log. Run it on
each node: a node has only its own log. Where the node does not answer, the report has its log, and says so.`,
  options: {
    since: {
      type: "string",
      value: "DURATION",
      summary: `How far back the log goes; ${usual} if left out`,
    },
    ...logOptions,
    run: runOption,
  },
  grant(call, where) {
    const path = fileOf(call, where);
    const whole = path === undefined ? [] : wholeGrant(path);
    const sockets = socketGrant(clusterSocket(call, where), heartbeatSocket(call, where));
    const log = logGrant(call, where);
    const status = statusFile(runFolderOf(call, where));
    return {
      ...log,
      ...sockets,
      read: [...sockets.read, ...log.read ?? [], status, ...whole],
      write: [...sockets.write, ...whole],
    };
  },
  async run(call, io, where) {
    const path = fileOf(call, where);
    const { since = usual } = call.options;
    const nowMs = Date.now();
    const sinceMs = typeof since === "string" ? sinceOf(since, nowMs) : undefined;
    if (path === undefined || sinceMs === undefined) {
      const what = path === undefined ? "Name one file" : `"${since}" is no duration`;
      io.err(`${withCode("HA0002", `${what}. Fix: ha report FILE.tar --since 2h`)}\n`);
      return exit.usage;
    }
    const { collect } = await import("../report/collect.ts");
    const { hold } = await import("../whole_file.ts");
    const { writeTar } = await import("../package/tar.ts");
    const texts = await collect({
      sockets: { cluster: clusterSocket(call, where), heartbeat: heartbeatSocket(call, where) },
      run: runFolderOf(call, where),
      log: logSource(call, where, sinceMs),
      wanted: { sinceMs },
      nowMs,
    });
    const encoder = new TextEncoder();
    const bytes = writeTar(
      [...texts].map(([name, text]) => ({
        path: `report/${name}`,
        mode: 0o600,
        bytes: encoder.encode(text),
      })),
    );
    await using held = await hold(path, 0o600);
    await held.write(bytes);
    io.out([`Saved: ${path} (${[...texts.keys()].sort().join(", ")})`]);
    for (const line of texts.get("report.txt")?.split("\n") ?? []) {
      if (line.startsWith("Missing: ")) io.err([line]);
    }
    return exit.ok;
  },
};
