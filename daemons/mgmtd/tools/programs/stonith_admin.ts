/**
 * `stonith_admin`: what the cluster's fencing devices reach, have done and are to do. Devices are part
 * of the CIB here: the commands that register them for one run of the fencer are not supported.
 *
 * @module
 */
import type { Message } from "../../../runtime/messages.ts";
import { Ending, unsupported } from "../../compat/exit_code.ts";
import { surveyOf } from "../../commands/fence/survey.ts";
import { type Given, readOptions, row, usage } from "../../compat/options.ts";
import { statusOf } from "../../status/node_report.ts";
import { type Fencing, readFencings } from "../../why/fencings.ts";
import { metaDataOf } from "../agents.ts";
import { document, toolExit } from "../document.ts";
import type { Tool, ToolCall } from "../tool.ts";
import { all } from "../../api/document/element.ts";

const table = {
  ...row("-l --list", "list", "value"),
  ...row("-L --list-registered", "registered"),
  ...row("-s --list-targets", "targets", "value"),
  ...row("-Q --query", "query", "value"),
  ...row("-H --history", "history", "value"),
  ...row("-h --last", "last", "value"),
  ...row("-F --fence", "off", "value"),
  ...row("-U --unfence", "on", "value"),
  ...row("-B --reboot", "reboot", "value"),
  ...row("-C --confirm", "confirm", "value"),
  ...row("-I --list-installed -K --validate", "other"),
  ...row("-M --metadata", "metadata"),
  ...row(
    "-R --register -D --deregister -r --register-level -d --deregister-level",
    "other",
    "value",
  ),
  ...row("-a --agent", "agent", "value"),
  ...row("-t --timeout", "timeout", "value"),
  ...row("-T --tag", "tag", "value"),
  ...row("-y --delay", "--delay", "value"),
  ...row("--tolerance", "--tolerance", "value"),
  ...row(
    "-o --option -e --env-option -v --device -i --index",
    "more",
    "value",
  ),
  ...row("-V --verbose", "verbose"),
  ...row("-q --quiet", "quiet"),
  ...row("-b --broadcast -n --as-node-id --html-cgi --text-fancy", "ignored"),
  ...row("-c --cleanup", "cleanup"),
  ...row("--output-as", "format", "value"),
  ...row("--html-stylesheet --html-title", "ignored", "value"),
};

const commands = [
  "list",
  "registered",
  "targets",
  "query",
  "history",
  "last",
  "off",
  "on",
  "reboot",
  "confirm",
  "metadata",
  "other",
] as const;
type Command = typeof commands[number];
const isCommand = (meaning: string): meaning is Command => commands.some((one) => one === meaning);

/** Seconds of a request without `--timeout`, as in the original. */
const timeoutSDefault = 120;
/** Seconds at most. */
const timeoutSMax = 3_600;
/** Milliseconds that delays and timeouts of the devices may add to a request. */
const longerMs = 600_000;
/** Milliseconds that a node may take to note a confirmation. */
const confirmMs = 10_000;
/** Characters of a tag, and of a user. */
const wordCharactersMax = 100;

/** See the head of the file. */
export const stonithAdmin: Tool = {
  async run(call) {
    const given = readOptions(table, call.args);
    // Passed over, each of these would do more, or other things, than was asked for.
    for (const name of ["--delay", "--tolerance"]) {
      if (given.options.has(name)) throw unsupported(name);
    }
    const command = given.order.findLast(isCommand);
    if (command === undefined) throw usage("A command is required, such as --list-registered");
    if (command === "other") {
      throw unsupported("This command of stonith_admin (devices are in the CIB; see ha fence)");
    }
    if ((given.options.get("format") ?? "text") !== "text") throw unsupported("--output-as");
    return await run(call, command, given);
  },
};

async function run(call: ToolCall, command: Command, given: Given): Promise<number> {
  const name = given.options.get(command) ?? "";
  switch (command) {
    case "registered":
      return list(call, await devicesOf(call), ["fence device", "fence devices"]);
    case "list": {
      const { nodes } = await surveyOf(await call.client());
      const found = nodes.flatMap(({ devices }) => devices)
        .filter(({ hosts }) => hosts.includes(name) || hosts.includes("*"))
        .map(({ device }) => device);
      return list(call, found, ["fence device", "fence devices"]);
    }
    case "targets": {
      await knownDevice(call, name);
      const { nodes } = await surveyOf(await call.client());
      const found = nodes.flatMap(({ devices }) => devices)
        .filter(({ device }) => device === name).flatMap(({ hosts }) => hosts);
      const isAny = found.includes("*");
      return list(call, isAny ? await nodesOf(call) : found, ["fence target", "fence targets"]);
    }
    case "query": {
      await knownDevice(call, name);
      const { nodes } = await surveyOf(await call.client());
      const asked = nodes.flatMap(({ devices }) => devices).filter(({ device }) => device === name);
      return asked.some(({ ok }) => ok) ? toolExit.ok : toolExit.error;
    }
    case "history":
      return await history(call, name, given);
    case "last":
      return await last(call, name);
    case "confirm":
      return await confirmOff(call, name);
    case "metadata": {
      const agent = given.options.get("agent");
      if (agent === undefined) throw usage("--metadata requires --agent");
      call.out(await metaDataOf(call, `stonith:${agent}`));
      return toolExit.ok;
    }
    default:
      return await fence(call, command === "off" || command === "on" ? command : "reboot", given);
  }
}

/** Prints each once, and their number. */
function list(
  { out }: ToolCall,
  names: readonly string[],
  [one, many]: readonly [string, string],
): number {
  const found = [...new Set(names)].sort();
  for (const name of found) out(`${name}\n`);
  out(`${found.length} ${found.length === 1 ? one : many} found\n`);
  return toolExit.ok;
}

const devicesOf = async (call: ToolCall): Promise<readonly string[]> =>
  [...all(await document(call))]
    .filter(({ name: { raw }, attributes }) =>
      raw === "primitive" && attributes.class === "stonith"
    )
    .flatMap(({ attributes: { id } }) => id ?? []);

const nodesOf = async (call: ToolCall): Promise<readonly string[]> =>
  [...all(await document(call))].filter(({ name: { raw } }) => raw === "node")
    .flatMap(({ attributes: { uname } }) => uname ?? []);

async function knownDevice(call: ToolCall, device: string): Promise<void> {
  if ((await devicesOf(call)).includes(device)) return;
  throw new Ending(toolExit.noSuch, `There is no fencing device "${device}"`);
}

async function fencingsOf(call: ToolCall, node: string): Promise<readonly Fencing[]> {
  const answers = { stonithd: await statusOf(await call.client(), "stonithd") };
  return readFencings({ answers, cib: undefined, results: undefined, silent: [] })
    .filter(({ target }) => node === "*" || target === node).toReversed();
}

/** `2026-11-30 19:10:51Z` */
const timeText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;

async function history(call: ToolCall, node: string, { options }: Given): Promise<number> {
  if (options.has("cleanup")) throw unsupported("--cleanup (every node remembers the last 100)");
  const found = await fencingsOf(call, node);
  const isWhole = options.has("verbose");
  // Without --verbose: the last that succeeded, of each node and action.
  const seen = new Set<string>();
  const shown = isWhole ? found : found.filter(({ ok, target, action }) => {
    const key = `${action} ${target}`;
    if (!ok || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  if (options.has("quiet")) {
    for (const { at } of shown) call.out(`${Math.floor(Date.parse(at) / 1000)}\n`);
  } else {
    for (const one of shown) call.out(`${eventText(one, isWhole)}\n`);
  }
  const count = options.has("quiet") ? 0 : shown.length;
  call.out(`${count} ${count === 1 ? "event" : "events"} found\n`);
  return toolExit.ok;
}

function eventText(
  { action, target, ok, by, asker, at, detail }: Fencing,
  isWhole: boolean,
): string {
  const doing = action === "off"
    ? "turning off of"
    : action === "on"
    ? "turning on of"
    : "reboot of";
  const parts = [
    ...(ok && by !== "" ? [`delegate=${by}`] : []),
    `client=${asker}`,
    `${isWhole ? "completed" : "last-successful"}='${timeText(at)}'`,
    ...(ok ? [] : [`exit-reason='${detail}'`]),
  ];
  return `${doing} ${target} ${ok ? "successful" : "failed"}: ${parts.join(", ")}`;
}

async function last(call: ToolCall, node: string): Promise<number> {
  const found = (await fencingsOf(call, node)).find(({ ok, action }) => ok && action !== "on");
  call.out(
    found === undefined
      ? `Node ${node} has never been fenced\n`
      : `Node ${node} last fenced at: ${timeText(found.at)}\n`,
  );
  return toolExit.ok;
}

async function knownNode(call: ToolCall, word: string): Promise<string> {
  const found = (await nodesOf(call)).find((one) => one.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw new Ending(toolExit.noSuch, `There is no node "${word}"`);
}

async function fence(
  call: ToolCall,
  action: "off" | "on" | "reboot",
  { options }: Given,
): Promise<number> {
  const target = await knownNode(call, options.get(action) ?? "");
  const timeoutS = Number(options.get("timeout") ?? timeoutSDefault);
  if (!Number.isInteger(timeoutS) || timeoutS < 1 || timeoutS > timeoutSMax) {
    throw usage(`--timeout: expected seconds from 1 to ${timeoutSMax}`);
  }
  const tag = (options.get("tag") ?? "").slice(0, wordCharactersMax);
  const reason = [call.user.slice(0, wordCharactersMax), tag].filter(Boolean).join(": ");
  return await outcome(call, `Couldn't fence ${target}`, (id) => ({
    type: "fence/request",
    id,
    target,
    action,
    timeoutMs: timeoutS * 1000,
    ...(reason === "" ? {} : { reason }),
  }), timeoutS * 1000 + longerMs);
}

async function confirmOff(call: ToolCall, word: string): Promise<number> {
  const target = await knownNode(call, word);
  const by = (call.user || "an unnamed person").slice(0, wordCharactersMax);
  return await outcome(
    call,
    `Nothing was confirmed for ${target}`,
    (id) => ({ type: "fence/confirm", id, target, by }),
    confirmMs,
  );
}

/** Asks stonithd, and says what came of it. */
async function outcome(
  call: ToolCall,
  failed: string,
  question: (id: string) => Message,
  withinMs: number,
): Promise<number> {
  const id = `stonith_admin ${crypto.randomUUID()}`;
  const { ok, error = "no reason is known" } = await (await call.client()).ask(
    "stonithd",
    question(id),
    (message): message is Extract<Message, { type: "fence/result" }> =>
      message.type === "fence/result" && message.id === id,
    withinMs,
  );
  if (!ok) throw new Ending(toolExit.error, `${failed}: ${error}`);
  return toolExit.ok;
}
