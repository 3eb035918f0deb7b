/**
 * `crm_resource` for people and scripts: lists, meta-data, move, clear, ban, cleanup, parameters.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { operations } from "../../api/mod.ts";
import type { Values } from "../../api/operation.ts";
import { Draft } from "../../api/document/draft.ts";
import { all, childrenOf } from "../../api/document/element.ts";
import { pairsOf, type SetTag } from "../../api/document/pairs.ts";
import { runningOn } from "../../api/resources/running.ts";
import { cleanUp } from "../../cleanup/clean_up.ts";
import { Ending } from "../../compat/exit_code.ts";
import { durationMs, type Given, readOptions, row, usage } from "../../compat/options.ts";
import { aboutAt } from "../../steer/run_change.ts";
import { settled } from "../../steer/wait.ts";
import { clusterState, workingSet } from "../../status/cluster_state.ts";
import { constraintLines } from "./resource_constraints.ts";
import { statusLines } from "./status_lines.ts";
import { change, document, toolExit } from "../document.ts";
import { agentsIn, classesIn, metaDataOf, providersOf } from "../agents.ts";
import type { Tool, ToolCall } from "../tool.ts";

const table = {
  ...row("-r --resource", "resource", "value"),
  ...row("-N --node -H --host-uname", "node", "value"),
  ...row("-L --list", "list"),
  ...row("-q --query-xml -w --query-xml-raw", "xml"),
  ...row("--list-standards", "standards"),
  ...row("--list-ocf-providers", "providers"),
  ...row("--list-ocf-alternatives", "alternatives", "value"),
  ...row("--list-agents", "agents", "value"),
  ...row("--show-metadata", "meta-data", "value"),
  ...row("-M --move --migrate", "move"),
  ...row("-U --clear --un-move --un-migrate", "clear"),
  ...row("-B --ban", "ban"),
  ...row("-C --cleanup", "cleanup"),
  ...row("-R --refresh -P --reprobe", "refresh"),
  ...row("-p --set-parameter", "set", "value"),
  ...row("-d --delete-parameter", "delete", "value"),
  ...row("-g --get-parameter", "get", "value"),
  ...row("-v --parameter-value", "value", "value"),
  ...row("-m --meta", "meta"),
  ...row("-z --utilization", "utilization"),
  ...row("-u --lifetime", "lifetime", "value"),
  ...row("--promoted --master", "promoted"),
  ...row("-W --locate", "locate"),
  ...row("-a --constraints", "constraints"),
  ...row("-A --stack", "stack"),
  ...row("--wait", "wait"),
  ...row("-T --timeout", "timeout", "value"),
  ...row("-Q --quiet", "quiet"),
  ...row("-l --list-raw", "of agents"),
  ...row("-V --verbose -f --force", "ignored"),
  ...row(
    "-s --set-name -i --nvpair -S --option -t --resource-type",
    "ignored",
    "value",
  ),
};

/** Milliseconds that `--wait` waits without `--timeout`, as Pacemaker. */
const waitMs = 3_600_000;

const commands = [
  "list",
  "xml",
  "standards",
  "providers",
  "alternatives",
  "agents",
  "meta-data",
  "move",
  "clear",
  "ban",
  "cleanup",
  "refresh",
  "set",
  "delete",
  "get",
  "locate",
  "constraints",
  "stack",
  "wait",
  "of agents",
];

/** See the head of the file. */
export const crmResource: Tool = {
  async run(call) {
    const given = readOptions(table, call.args);
    const command = given.order.findLast((one) => commands.includes(one));
    switch (command) {
      case undefined:
      case "of agents":
        return undefined;
      case "wait":
        return await waitUntilIdle(call, given.options.get("timeout"));
      case "list":
        call.out(statusLines(await document(call), call.now()).join("\n") + "\n");
        return toolExit.ok;
      case "standards":
        call.out((await classesIn(call)).map((one) => `${one}\n`).join(""));
        return toolExit.ok;
      case "providers":
        call.out([...await providersOf()].map((one) => `${one}\n`).join(""));
        return toolExit.ok;
      case "alternatives":
        call.out(
          [...await providersOf(given.options.get(command))].map((one) => `${one}\n`).join(""),
        );
        return toolExit.ok;
      case "agents":
        call.out(
          [...await agentsIn(given.options.get(command) ?? "")].map((one) => `${one}\n`).join(""),
        );
        return toolExit.ok;
      case "meta-data":
        call.out(await metaDataOf(call, given.options.get(command) ?? ""));
        return toolExit.ok;
      default:
        return await ofResource(call, command, given);
    }
  },
};

async function ofResource(call: ToolCall, command: string, { options }: Given): Promise<number> {
  const id = options.get("resource");
  const node = options.get("node");
  if (id === undefined) {
    if (command !== "cleanup" && command !== "refresh") {
      throw usage("Must supply a resource id with -r");
    }
    return await forgetAll(call, command, node);
  }
  const before = await document(call);
  const found = new Draft(before).resource(id);
  if (found === undefined) throw new Ending(toolExit.noSuch, `Resource '${id}' not found`);
  const tag: SetTag = options.has("meta")
    ? "meta_attributes"
    : options.has("utilization")
    ? "utilization"
    : "instance_attributes";
  const kind = {
    ...(options.has("meta") ? { meta: true } : {}),
    ...(options.has("utilization") ? { utilization: true } : {}),
  };
  const value = options.get("value");
  const asked = await shown(call, command, { id, options, found, tag });
  if (asked) return toolExit.ok;
  switch (command) {
    case "set":
      if (value === undefined) throw usage("Must supply a value with -v");
      await operate(call, "resource set", {
        resource: id,
        pairs: [`${options.get("set")}=${value}`],
        ...kind,
      });
      call.out(await setText(call, { id, tag, found, name: options.get("set") ?? "" }));
      return toolExit.ok;
    case "delete":
      return await deletePair(call, { id, tag, found, name: options.get("delete") ?? "" }, kind);
    case "move":
    case "ban":
      await operate(call, `resource ${command}`, {
        resource: id,
        keep: true,
        ...(node === undefined ? {} : { node }),
        ...(options.has("promoted") ? { promoted: true } : {}),
      });
      if (!options.has("quiet")) await warnOfBan(call, before);
      return toolExit.ok;
    case "clear":
      await operate(call, "resource clear", { resource: id });
      if (!options.has("quiet")) {
        const left = moveIds(await document(call));
        const gone = [...moveIds(before)].filter((one) => !left.has(one));
        call.out(gone.map((one) => `Removing constraint: ${one}\n`).join(""));
      }
      return toolExit.ok;
    default:
      await forget(call, command, id, node);
      call.out(await cleanedText(call, id, node));
      return toolExit.ok;
  }
}

/** A name and its value in a set of a resource, as it was found. */
interface Pair {
  readonly id: string;
  readonly tag: SetTag;
  readonly found: XmlElement;
  readonly name: string;
}

/** `Set 'a' option: id=a-ia-x set=a-ia name=x value=2`; without the set if the name was there before. */
async function setText(call: ToolCall, { id, tag, found, name }: Pair): Promise<string> {
  const now = new Draft(await document(call)).resource(id);
  const [set, pair] = pairIn(now, tag, name);
  const isNew = pairIn(found, tag, name)[1] === undefined;
  const { id: pairId = "", value = "" } = pair?.attributes ?? {};
  const of = isNew ? ` set=${set?.attributes.id ?? ""}` : "";
  return `Set '${id}' option: id=${pairId}${of} name=${name} value=${value}\n`;
}

/** Deletes it; nothing happens if it is not there. */
async function deletePair(
  call: ToolCall,
  { id, tag, found, name }: Pair,
  kind: Readonly<Record<string, boolean>>,
): Promise<number> {
  const [, pair] = pairIn(found, tag, name);
  if (pair === undefined) return toolExit.ok;
  await operate(call, "resource unset", { resource: id, names: [name], ...kind });
  call.out(`Deleted '${id}' option: id=${pair.attributes.id ?? ""} name=${name}\n`);
  return toolExit.ok;
}

/** The set of a resource that has a name, and the pair there. */
function pairIn(
  owner: XmlElement | undefined,
  tag: SetTag,
  name: string,
): readonly [set?: XmlElement, pair?: XmlElement] {
  for (const set of childrenOf(owner, tag)) {
    const pair = childrenOf(set, "nvpair").find(({ attributes }) => attributes.name === name);
    if (pair !== undefined) return [set, pair];
  }
  return [];
}

/** What is only shown; false: the command is another one. */
async function shown(
  call: ToolCall,
  command: string,
  { id, options, found, tag }: {
    readonly id: string;
    readonly options: Given["options"];
    readonly found: XmlElement;
    readonly tag: SetTag;
  },
): Promise<boolean> {
  switch (command) {
    case "xml":
      call.out(
        `${statusLines(await document(call), call.now(), id).join("\n")}\nResource XML:\n` +
          `${stringify(found, { indent: "  " }).trimEnd()}\n`,
      );
      return true;
    case "constraints":
    case "stack": {
      const set = workingSet(await document(call), Math.floor(call.now() / 1000));
      const resource = set.resourceById.get(id);
      const lines = resource === undefined
        ? []
        : constraintLines(set, resource, command === "stack");
      call.out(lines.map((line) => `${line}\n`).join(""));
      return true;
    }
    case "locate": {
      const nodes = runningOn(aboutAt(call.now()).state(await document(call)), id, false);
      call.out(
        nodes.length === 0
          ? `resource ${id} is NOT running\n`
          : nodes.map((name) => `resource ${id} is running on: ${name} \n`).join(""),
      );
      return true;
    }
    case "get": {
      const text = pairsOf(found, tag).get(options.get("get") ?? "");
      if (text === undefined) {
        throw new Ending(
          toolExit.noSuch,
          `Attribute '${options.get("get")}' not found for '${id}'`,
        );
      }
      call.out(`${text}\n`);
      return true;
    }
    default:
      return false;
  }
}

/** Ids of the constraints that moves and bans leave. */
const moveIds = (cib: XmlElement): ReadonlySet<string> =>
  new Set(
    [...all(cib)].filter(({ name }) => name.raw === "rsc_location")
      .map(({ attributes: { id = "" } }) => id)
      .filter((id) => /^cli-(?:ban|prefer|standby)-/.test(id)),
  );

/** Says that a ban lasts: Pacemaker does, and people forget it. @param before the document before. */
async function warnOfBan(call: ToolCall, before: XmlElement): Promise<void> {
  const known = moveIds(before);
  for (const { name, attributes } of all(await document(call))) {
    const { id = "", rsc, node } = attributes;
    if (name.raw !== "rsc_location" || !id.startsWith("cli-ban-") || known.has(id)) continue;
    call.err(
      `WARNING: Creating rsc_location constraint '${id}' with a score of -INFINITY for resource ` +
        `${rsc} on ${node}.\n\tThis will prevent ${rsc} from running on ${node} until the constraint ` +
        "is removed using the clear option or by editing the CIB with an appropriate tool.",
    );
  }
}

/** `--wait`: until nothing is left to do. */
async function waitUntilIdle(call: ToolCall, timeout: string | undefined): Promise<number> {
  const withinMs = timeout === undefined ? waitMs : durationMs(timeout);
  const before = await document(call);
  const ended = await settled(await call.client(), before, { withinMs, now: call.now });
  if (ended.settled) return toolExit.ok;
  throw new Ending(toolExit.timeout, `The cluster is still busy after ${withinMs / 1000} s`);
}

/** Without a resource: all of them. */
async function forgetAll(
  call: ToolCall,
  command: string,
  node: string | undefined,
): Promise<number> {
  for (const one of new Draft(await document(call)).resourceIds()) {
    await forget(call, command, one, node);
  }
  call.out(`Cleaned up all resources on ${node ?? "all nodes"}\n`);
  return toolExit.ok;
}

async function forget(
  call: ToolCall,
  command: string,
  id: string,
  node: string | undefined,
): Promise<void> {
  if (command === "refresh") {
    await operate(call, "resource refresh", {
      resource: id,
      ...(node === undefined ? {} : { node }),
    });
    return;
  }
  const done = await cleanUp(await call.client(), id, node);
  if (done.type !== "done") {
    throw new Ending(toolExit.noSuch, done.type === "missing" ? done.text : done.why);
  }
}

/** `Cleaned up d1 on n2`: a line for each primitive and node. */
async function cleanedText(call: ToolCall, id: string, node: string | undefined): Promise<string> {
  const cib = await document(call);
  const found = new Draft(cib).resource(id);
  const primitives = found === undefined
    ? []
    : [...all(found)].filter(({ name }) => name.raw === "primitive");
  const { nodes } = clusterState(workingSet(cib, Math.floor(call.now() / 1000)));
  const names = node === undefined
    ? nodes.filter(({ online }) => online).map(({ name }) => name)
    : [node];
  return primitives.flatMap(({ attributes }) =>
    names.map((name) => `Cleaned up ${attributes.id ?? ""} on ${name}\n`)
  ).join("");
}

/** Carries out an operation of the table. @throws {Ending} if it is not possible. */
async function operate(call: ToolCall, path: string, values: Values): Promise<void> {
  const operation = operations.find((one) => one.path.join(" ") === path);
  if (operation?.effect !== "change") throw new Error(`there is no operation ${path}`);
  await change(call, `crm_resource (${path})`, (cib) => {
    const worked = operation.change(cib, values, aboutAt(call.now()));
    if (!("problems" in worked)) return worked.cib;
    const text = worked.problems.map((one) => one.text).join("\n");
    throw new Ending(
      worked.problems[0]?.exit === "noSuch" ? toolExit.noSuch : toolExit.badData,
      text,
    );
  });
}
