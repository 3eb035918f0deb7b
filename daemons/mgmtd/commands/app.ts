/**
 * `ha app`: applications that send heartbeats to this machine's node.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { durationMs } from "../../../metadata/special/mod.ts";
import type { Application } from "../../apphbd/doors/client.ts";
import { socketIn } from "../../apphbd/doors/socket_path.ts";
import type { Json } from "../../runtime/messages.ts";
import { columns } from "../columns.ts";
import type { Call, Command, Io, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { withNode } from "../node_client.ts";
import { listOf, member } from "../status/json_parts.ts";
import { statusOf } from "../status/node_report.ts";
import {
  clusterSocket,
  nobodyAnswers,
  runFolderOf,
  runOption,
  socketGrant,
} from "../node_sockets.ts";

/** The socket that a call means. */
const socketOf = (call: Call, where: Where): string =>
  typeof call.options.socket === "string"
    ? resolve(where.here, call.options.socket)
    : socketIn(runFolderOf(call, where));

/** `ha app ls` */
const ls: Command = {
  path: ["app", "ls"],
  summary: "List the applications that send heartbeats to this machine's node",
  details: "STATE is beating, late, or missed. SILENT is the time since the last heartbeat.",
  options: {
    json: { type: "boolean", summary: "Print JSON, with the notifiers and the watchdog" },
    run: runOption,
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  run: (call, io, where) =>
    withNode(clusterSocket(call, where), io, async (client) => {
      const status = await statusOf(client, "apphbd");
      if (call.options.json === true) io.out(`${JSON.stringify(status, undefined, 2)}\n`);
      else show(status, io);
      return exit.ok;
    }),
};

function show(status: Json, io: Io): void {
  const cell = (app: Json, name: string): string => String(member(app, name) ?? "");
  const rows = listOf(member(status, "applications")).map((app) => [
    ...["name", "instance", "pid", "uid"].map((name) => cell(app, name)),
    ...["intervalMs", "silentMs"].map((name) => `${cell(app, name)} ms`),
    ...["misses", "state"].map((name) => cell(app, name)),
  ]);
  const head = ["NAME", "INSTANCE", "PID", "UID", "INTERVAL", "SILENT", "MISSES", "STATE"];
  if (rows.length === 0) io.out("No application is registered\n");
  else io.out(columns([head, ...rows]));
  const givenUp = listOf(member(status, "givenUp")).map(String);
  if (givenUp.length > 0) io.out([`Given up: ${givenUp.join(", ")}`]);
  const [watchdog, reboot] = [cell(status, "watchdog"), cell(status, "reboot")];
  if (watchdog !== "") io.out([`Watchdog: ${watchdog}`]);
  if (reboot !== "") io.out([`The node is to be reset: ${reboot}`]);
  if (cell(status, "socket") !== "open") {
    io.out("The socket of applications is not open: see ha log\n");
  }
}

/** What `ha app beat` was asked for, or what is wrong with it. */
function wantedOf({ options, positionals }: Call) {
  const [name = ""] = positionals;
  const ms = (option: string) => {
    const text = options[option];
    return typeof text === "string" ? durationMs(text) ?? NaN : undefined;
  };
  const [intervalMs, warnMs] = [ms("interval"), ms("warn")];
  if (positionals.length !== 1 || name === "" || new TextEncoder().encode(name).length > 255) {
    return "Name one application, with 1 to 255 bytes";
  }
  if (intervalMs === undefined || Number.isNaN(intervalMs)) {
    return "--interval takes a duration such as 3s or 500ms";
  }
  if (Number.isNaN(warnMs)) return "--warn takes a duration such as 1s";
  const instance = typeof options.instance === "string" ? options.instance : "";
  return { name, instance, intervalMs, warnMs };
}

/** `ha app beat` */
const beat: Command = {
  path: ["app", "beat"],
  summary: "Send heartbeats for a script: each line of the input is one",
  positionals: "NAME",
  details: `The application is registered until the input ends, and is then unregistered.
If apphbd is restarted, the next line registers it again.

  while curl -fs localhost/health; do echo; sleep 1; done | ha app beat web --interval 3s`,
  options: {
    interval: { type: "string", value: "DURATION", summary: "A line comes at least so often" },
    warn: {
      type: "string",
      value: "DURATION",
      summary: "After this time without a line it is late",
    },
    instance: { type: "string", value: "NAME", summary: "Instance, where several have one name" },
    socket: { type: "string", value: "PATH", summary: "Socket of apphbd (in the run folder)" },
    run: runOption,
  },
  grant: (call, where) => socketGrant(socketOf(call, where)),
  async run(call, io, where) {
    const wanted = wantedOf(call);
    if (typeof wanted === "string") {
      io.err([withCode("HA0002", `${wanted}. Fix: see ha app beat --help`)]);
      return exit.usage;
    }
    const { register, RequestRefused } = await import("../../apphbd/doors/client.ts");
    const path = socketOf(call, where);
    const connect = async (): Promise<Application> => {
      const app = await register(path, wanted.name, wanted.instance);
      await app.setIntervalMs(wanted.intervalMs);
      if (wanted.warnMs !== undefined) await app.setWarnMs(wanted.warnMs);
      return app;
    };
    try {
      await beatFor(await connect(), connect);
      return exit.ok;
    } catch (error) {
      if (error instanceof RequestRefused) {
        io.err([
          withCode("HA0002", `${messageOf(error)}. Fix: choose an interval from 10ms to 24h`),
        ]);
        return exit.invalidParameter;
      }
      io.err(nobodyAnswers(path, messageOf(error)));
      return exit.disconnected;
    }
  },
};

/** A heartbeat for each piece of the input, until it ends. */
async function beatFor(first: Application, connect: () => Promise<Application>): Promise<void> {
  let app: Application | undefined = first;
  const buffer = new Uint8Array(4_096);
  for (let count; (count = await Deno.stdin.read(buffer)) !== null;) {
    if (!buffer.subarray(0, count).includes(10)) continue;
    try {
      app ??= await connect();
      await app.beat();
    } catch {
      // Apphbd is being restarted: the next line tries again.
      app?.hangUp();
      app = undefined;
    }
  }
  await app?.unregister().catch(() => {});
}

/** In the order help shows them. */
export const appCommands: readonly Command[] = [ls, beat];
