/**
 * The commands that show and change a configuration, made from the table of operations: a thin face.
 *
 * @module
 */
import { resolve } from "node:path";
import type { XmlElement } from "@std/xml";
import { isSecretName } from "../../../metadata/agents/secret_names.ts";
import { methodOf, operations } from "../api/mod.ts";
import type { Changing, Operation, Values } from "../api/operation.ts";
import type { Call, Command, Io, Option, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { withNode } from "../node_client.ts";
import { clusterSocket, runOption, usersGrant } from "../node_sockets.ts";
import { usage } from "../parse_call.ts";
import { stateOption, storedCib, storedFolder, storedGrant, storedWarning } from "../stored_cib.ts";
import { userNames, userOf } from "../steer/user.ts";
import { optionsOf, positionalUsage, valuesOf } from "../steer/values.ts";
import { wholeGrant, writeWhole } from "../whole_file.ts";
import { withCode } from "../../../metadata/code.ts";

const file: Option = {
  type: "string",
  value: "FILE",
  summary: "Work on a CIB in a file, not on the running cluster",
};
const json: Option = { type: "boolean", summary: "Print one JSON object" };

/** Options of every change. */
export const changeOptions: Readonly<Record<string, Option>> = {
  "dry-run": { type: "boolean", summary: "Show what would be done; change nothing" },
  wait: { type: "boolean", summary: "Wait until the cluster has done it, and say how it ended" },
  "wait-for": {
    type: "string",
    value: "DURATION",
    summary: "The same, at most so long; 5min if left out",
  },
  reason: { type: "string", value: "TEXT", summary: "Why, for the history" },
  yes: { type: "boolean", summary: "Agree to other resources stopping too" },
  file,
  json,
  run: runOption,
};
const readOptions: Readonly<Record<string, Option>> = {
  file,
  json,
  run: runOption,
  state: stateOption,
};

/** Milliseconds that `--wait` waits. */
const waitMs = 300_000;

/** The file that a call works on, absolute. */
export const fileOf = ({ options }: Call, { here }: Where): string | undefined =>
  typeof options.file === "string" ? resolve(here, options.file) : undefined;

/** What a call of such a command may touch. */
export function steerGrant(call: Call, where: Where, changes: boolean) {
  const path = fileOf(call, where);
  const env = changes ? { env: userNames } : {};
  if (path === undefined) {
    const sockets = usersGrant(call, where);
    const stored = changes ? [] : storedGrant(call, where);
    return { ...sockets, read: [...sockets.read, ...stored], ...env };
  }
  const whole = changes && call.options["dry-run"] !== true ? wholeGrant(path) : [];
  return { read: [path, ...whole], write: whole, ...env };
}

/** The command of an operation. */
export function commandOf(operation: Operation): Command {
  const changes = operation.effect === "change";
  const positionals = positionalUsage(operation);
  const command: Command = {
    path: operation.path,
    summary: operation.summary,
    ...(positionals === "" ? {} : { positionals }),
    ...(operation.details === undefined ? {} : { details: operation.details }),
    options: { ...optionsOf(operation), ...(changes ? changeOptions : readOptions) },
    grant: (call, where) => steerGrant(call, where, changes),
    async run(given, io, where) {
      const asked = await askedFor(operation, given, io, where);
      if (typeof asked === "number") return asked;
      const call = asked ?? given;
      const values = valuesOf(operation, call);
      if (typeof values === "string") {
        io.err(`${withCode("HA0002", values)}\n${usage(command)}\n`);
        return exit.usage;
      }
      return operation.effect === "read"
        ? await read(operation, values, call, io, where)
        : await changeBy((cib, about) => operation.change(cib, values, about), call, io, where, {
          command: spoken(operation, call),
        });
    },
  };
  return command;
}

/** Without words, a resource is asked for on the terminal; undefined: there is nothing to ask. */
async function askedFor(operation: Operation, call: Call, io: Io, where: Where) {
  const isCreate = methodOf(operation) === "resource.create";
  // Only a terminal can ask for secrets.
  if (!isCreate || call.positionals.length > 0 || io.secret === undefined) return undefined;
  if (call.options.file !== undefined) return undefined;
  const { askCreate } = await import("./resource/ask_create.ts");
  return await askCreate(call, io, where);
}

/** The command as somebody typed it, without secrets. */
function spoken({ path }: Operation, { positionals }: Call): string {
  const words = positionals.map((word) => {
    const at = word.indexOf("=");
    return at > 0 && isSecretName(word.slice(0, at)) ? `${word.slice(0, at)}=***` : word;
  });
  return ["ha", ...path, ...words].join(" ");
}

async function read(
  operation: Extract<Operation, { effect: "read" }>,
  values: Values,
  call: Call,
  io: Io,
  where: Where,
): Promise<number> {
  const { aboutAt, refuse } = await import("../steer/run_change.ts");
  const path = fileOf(call, where);
  const show = (cib: Parameters<Changing["change"]>[0]): number => {
    const found = operation.read(cib, values, aboutAt(Date.now()));
    if ("problems" in found) return refuse(found.problems, io);
    io.out(
      call.options.json === true ? `${JSON.stringify(found.data, undefined, 2)}\n` : found.text,
    );
    return exit.ok;
  };
  if (path !== undefined) {
    const cib = await cibIn(path, io);
    return typeof cib === "number" ? cib : show(cib);
  }
  return await onDocument(call, io, where, show);
}

/** Shows the document of the running node; of one that does not run, what it has left, with a warning. */
export async function onDocument(
  call: Call,
  io: Io,
  where: Where,
  show: (cib: XmlElement) => number | Promise<number>,
): Promise<number> {
  const { documentOf } = await import("../steer/node.ts");
  const said: (string | readonly string[])[] = [];
  let isShown = false;
  const code = await withNode(
    clusterSocket(call, where),
    { ...io, err: (text) => isShown ? io.err(text) : void said.push(text) },
    async (client) => {
      const cib = await documentOf(client);
      isShown = true;
      return await show(cib);
    },
  );
  if (isShown) return code;
  const stored = code === exit.disconnected ? await storedCib(call, where) : undefined;
  if (stored === undefined) {
    for (const text of said) io.err(text);
    return code;
  }
  io.err([storedWarning(stored, storedFolder(call, where))]);
  return await show(stored);
}

/** The document of a file; else an exit code. */
export async function cibIn(path: string, io: Io) {
  const { readInput, sourceName } = await import("../simulate/read_input.ts");
  const { readCib } = await import("../simulate/read_cib.ts");
  const cib = readCib(await readInput(path), sourceName(path));
  if (typeof cib !== "string") return cib;
  io.err([cib]);
  return exit.badData;
}

/** Changes the configuration that a call means by a plan. */
export async function changeBy(
  plan: import("../steer/run_change.ts").Plan,
  call: Call,
  io: Io,
  where: Where,
  { command }: { readonly command: string },
): Promise<number> {
  const { changeCluster, changeFile } = await import("../steer/run_change.ts");
  const { durationMs } = await import("../../../metadata/special/mod.ts");
  const { options } = call;
  const given = options["wait-for"];
  const wanted = typeof given === "string" ? durationMs(given) : waitMs;
  if (wanted === undefined || wanted < 1 || wanted > 24 * 3_600_000) {
    io.err(
      `${
        withCode("HA0002", `"${given}" is no duration up to 24 h. Fix: write it like 90s or 5min`)
      }\n`,
    );
    return exit.usage;
  }
  const how = {
    dryRun: options["dry-run"] === true,
    yes: options.yes === true,
    json: options.json === true,
    author: {
      user: userOf(),
      command,
      reason: typeof options.reason === "string" ? options.reason : undefined,
    },
    waitMs: options.wait === true || given !== undefined ? wanted : undefined,
    token: crypto.randomUUID().slice(0, 8),
    now: () => Date.now(),
  };
  const path = fileOf(call, where);
  if (path === undefined) {
    return await withNode(
      clusterSocket(call, where),
      io,
      (client) => changeCluster(client, plan, how, io),
    );
  }
  const cib = await cibIn(path, io);
  if (typeof cib === "number") return cib;
  const { stringify } = await import("@std/xml");
  return await changeFile(cib, plan, how, io, async (after) => {
    await writeWhole(path, `${stringify(after, { indent: "  " })}\n`);
  });
}

/** The commands of the operations whose first word this is. */
export const steerCommands = (first: string): readonly Command[] =>
  operations.filter(({ path }) => path[0] === first).map(commandOf);
