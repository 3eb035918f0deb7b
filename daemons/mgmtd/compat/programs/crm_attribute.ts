/**
 * `crm_attribute`, and `crm_master`, `crm_standby` and `crm_failcount`, which are forms of it.
 *
 * @module
 */
import type { AttributeLifetime } from "../../../runtime/messages.ts";
import { update, valuesOf } from "../attributes.ts";
import { Ending, exitCode, unsupported } from "../exit_code.ts";
import { type Given, type OptionTable, readOptions, row, usage } from "../options.ts";
import type { Call, Program } from "../program.ts";
import { changeOption, isOptionSection, queryOptions } from "./cluster_options.ts";

const table: OptionTable = {
  ...row("-n --name --attr-name", "name", "value"),
  ...row("-i --id", "id", "value"),
  ...row("-s --set-name", "set", "value"),
  ...row("-P --pattern", "pattern", "value"),
  ...row("-p --promotion", "promotion", "maybe"),
  ...row("-D --delete --delete-attr", "delete"),
  ...row("-G --query --get-value", "query"),
  ...row("-v --update --attr-value", "update", "value"),
  ...row("-d --default", "default", "value"),
  ...row("-l --lifetime", "lifetime", "value"),
  ...row("-N --node -U --uname", "node", "value"),
  ...row("-t --type", "type", "value"),
  ...row("-z --utilization", "utilization"),
  ...row("-q --quiet -Q", "quiet"),
  ...row("-V --verbose -! --inhibit-policy-engine", "ignored"),
};

/** What one call is about. */
export interface Subject {
  /** What the output calls it. */
  readonly scope: string;
  readonly name: string | undefined;
  readonly node: string | undefined;
  readonly set: string | undefined;
  readonly quiet: boolean;
  readonly default: string | undefined;
}

const commands = ["query", "update", "delete"];

/** See the head of the file. */
export const crmAttribute: Program = (call) => attribute(call, readOptions(table, call.args));

/** The promotion score of the resource whose agent calls. */
export const crmMaster: Program = async (call) => {
  const given = readOptions({ ...table, ...row("-r --resource", "resource", "value") }, call.args);
  const instance = given.options.get("resource") ?? call.instance;
  // As the original: a person is shown how to call it.
  if (instance === "") throw new Ending(exitCode.error, "error: No resource specified");
  return await attribute(call, withOptions(given, { promotion: instance }));
};

/** Whether a node may run resources. */
export const crmStandby: Program = (call) => {
  const given = readOptions(table, call.args);
  const { options } = given;
  return attribute(
    call,
    withOptions(given, {
      name: "standby",
      lifetime: options.get("lifetime") ?? "forever",
      default: "off",
    }),
  );
};

/** How often a resource has failed on a node. */
export const crmFailcount: Program = async (call) => {
  const failures: OptionTable = {
    ...row("-G --query", "query"),
    ...row("-D --delete", "delete"),
    ...row("-r --resource", "resource", "value"),
    ...row("-N --node", "node", "value"),
    ...row("-n --operation", "operation", "value"),
    ...row("-I --interval", "interval", "value"),
    ...row("-q --quiet", "quiet"),
    ...row("-V --verbose", "ignored"),
  };
  const { options, order } = readOptions(failures, call.args);
  const resource = options.get("resource") ?? call.instance;
  if (resource === "") throw usage("A resource is required: -r");
  if (options.has("operation") || options.has("interval")) {
    throw unsupported("The fail count of one operation");
  }
  const on = options.get("node");
  const node = await call.node();
  const query = { lifetime: "reboot" as const, ...(on === undefined ? {} : { node: on }) };
  const found = (await valuesOf(node, query)).filter(({ name }) => isFailureOf(name, resource));
  if (order.includes("delete")) {
    for (const { name, node: on } of found) {
      await update(node, { change: "delete", name, lifetime: "reboot", node: on });
    }
    return exitCode.ok;
  }
  const counts = found.filter(({ name }) => name.startsWith("fail-count-"));
  const infinite = counts.some(({ value }) => value === "INFINITY");
  const sum = counts.reduce((total, { value }) => total + (Number(value) || 0), 0);
  const value = infinite || sum >= 1_000_000 ? "INFINITY" : String(sum);
  show(call, { scope: "status", quiet: options.has("quiet") }, `fail-count-${resource}`, value);
  return exitCode.ok;
};

const isFailureOf = (name: string, resource: string): boolean =>
  ["fail-count-", "last-failure-"].some((kind) =>
    name === kind + resource || name.startsWith(`${kind}${resource}#`)
  );

const withOptions = (given: Given, more: Readonly<Record<string, string>>): Given => ({
  ...given,
  options: new Map([...given.options, ...Object.entries(more)]),
});

async function attribute(call: Call, { options, order }: Given): Promise<number> {
  if (options.has("pattern")) throw unsupported("--pattern");
  const promotion = options.get("promotion");
  const resource = promotion === "" ? call.instance : promotion;
  if (resource === "") throw usage("-p/--promotion requires a resource, or OCF_RESOURCE_INSTANCE");
  // The score is of the resource, whichever instance of the clone asks.
  const name = resource === undefined
    ? options.get("name")
    : `master-${resource.replace(/:\d+$/, "")}`;
  const command = order.findLast((meaning) => commands.includes(meaning)) ?? "query";
  if (command !== "query" && (name === undefined || name === "")) {
    throw usage("Command requires --name argument");
  }
  const type = options.get("type");
  if (type === "tickets") throw unsupported("Tickets as attributes");
  const on = options.get("node");
  const lifetime = lifetimeOf(options, type, resource !== undefined);
  const subject = {
    scope: lifetime === undefined
      ? type ?? "crm_config"
      : lifetime === "reboot"
      ? "status"
      : "nodes",
    name,
    node: on,
    set: options.get("set"),
    quiet: options.has("quiet"),
    default: options.get("default"),
  };
  const value = options.get("update");
  return lifetime === undefined
    ? await option(call, subject, command, value)
    : await nodeAttribute(call, { ...subject, lifetime }, command, value);
}

/** Undefined: an option of the cluster. */
function lifetimeOf(
  options: ReadonlyMap<string, string>,
  type: string | undefined,
  isPromotion: boolean,
): AttributeLifetime | undefined {
  if (options.has("utilization")) return "utilization";
  switch (options.get("lifetime") ?? (isPromotion ? "reboot" : undefined)) {
    case "reboot":
      return "reboot";
    case "forever":
      return type !== undefined && isOptionSection(type) ? undefined : "forever";
    case undefined:
      break;
    default:
      throw usage("A lifetime is reboot or forever");
  }
  if (type === "status") return "reboot";
  if (type === "nodes") return "forever";
  if (type !== undefined && !isOptionSection(type)) throw usage(`Unknown type ${type}`);
  return type === undefined && options.has("node") ? "forever" : undefined;
}

/** An attribute of a node. */
async function nodeAttribute(
  call: Call,
  subject: Subject & { readonly lifetime: AttributeLifetime },
  command: string,
  value: string | undefined,
): Promise<number> {
  const node = await call.node();
  const { name, lifetime, set } = subject;
  const on = subject.node;
  const at = on === undefined ? {} : { node: on };
  if (command === "query") {
    const found = await valuesOf(node, {
      lifetime,
      ...at,
      ...(name === undefined ? {} : { name }),
    });
    return answer(call, subject, found);
  }
  const change = {
    name: name ?? "",
    lifetime,
    ...at,
    ...(set === undefined ? {} : { set }),
  };
  if (command === "update") {
    await update(node, { ...change, change: "set", value: value ?? "" });
    return exitCode.ok;
  }
  const known = lifetime === "reboot"
    ? []
    : await valuesOf(node, { lifetime, ...at, name: change.name });
  await update(node, { ...change, change: "delete" });
  for (const { set, name } of known) {
    call.out(`Deleted nodes attribute: id=${set ?? ""}-${name} name=${name}\n`);
  }
  return exitCode.ok;
}

/** An option of the cluster, or a default of resources and operations. */
async function option(
  call: Call,
  subject: Subject,
  command: string,
  value: string | undefined,
): Promise<number> {
  const node = await call.node();
  const { scope, name, set } = subject;
  if (command === "query") return answer(call, subject, await queryOptions(node, scope, name));
  const gone = await changeOption(node, {
    section: scope,
    name: name ?? "",
    set,
    value: command === "delete" ? undefined : value ?? "",
  });
  for (const { id, name } of gone) {
    call.out(`Deleted ${scope} option: id=${id} name=${name}\n`);
  }
  return exitCode.ok;
}

/** Prints what was found. */
function answer(
  call: Call,
  subject: Subject,
  found: readonly { readonly name: string; readonly value: string }[],
): number {
  if (found.length > 0) {
    for (const { name, value } of found) show(call, subject, name, value);
    return exitCode.ok;
  }
  if (subject.default !== undefined && subject.name !== undefined) {
    show(call, subject, subject.name, subject.default);
    return exitCode.ok;
  }
  throw new Ending(exitCode.noSuch, "Error performing operation: No such device or address");
}

function show(
  { out }: Call,
  { scope, quiet }: Pick<Subject, "scope" | "quiet">,
  name: string,
  value: string,
): void {
  out(quiet ? `${value}\n` : `scope=${scope}  name=${name} value=${value}\n`);
}
