/**
 * Calls that an administrator may make: operations of the table with random values that fit a document.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../../../daemons/mgmtd/api/document/draft.ts";
import { methodOf, operations } from "../../../daemons/mgmtd/api/mod.ts";
import type { Changing, Values } from "../../../daemons/mgmtd/api/operation.ts";
import { constraintsOf } from "../../../daemons/mgmtd/api/resources/references.ts";
import type { Random } from "../../../daemons/runtime/random.ts";

/** Names of resources that come and go. */
export const names = Array.from({ length: 6 }, (_, at) => `r${at}`);

/** What there is to choose from. */
interface Choice {
  readonly random: Random;
  readonly draft: Draft;
  readonly nodes: readonly string[];
}

const resource = ({ random, draft }: Choice): string => {
  const ids = draft.resourceIds().filter((id) => id !== "switch");
  return ids.length === 0 ? names[0]! : random.pick(ids);
};
const node = ({ random, nodes }: Choice): string => random.pick(nodes);
const score = ({ random }: Choice): string =>
  random.pick(["INFINITY", "-INFINITY", "100", "-5", "7"]);
const number = ({ random }: Choice): string => `${random.between(1, 1_000)}`;
const constraint = ({ random, draft }: Choice): string => {
  const ids = constraintsOf(draft).flatMap(({ attributes: { id } }) => id ?? []);
  return ids.length === 0 ? "none" : random.pick(ids);
};

const role = ({ random }: Choice): string => random.pick(["operator", "guest"]);
const alert = ({ random }: Choice): string => random.pick(["a1", "a2"]);

/** A clone of hundreds would have each decision take a second, and show nothing more. */
const few = ({ random }: Choice): string => `${random.between(0, 9)}`;

const pair = (choice: Choice, ...keys: readonly string[]): readonly string[] =>
  pairOf(choice, keys, number);
const pairOf = (
  choice: Choice,
  keys: readonly string[],
  value: (choice: Choice) => string,
): readonly string[] => [
  `${choice.random.pick(keys)}=${choice.random.chance(0.2) ? "" : value(choice)}`,
];

/** Values for a method. */
const values: Readonly<Record<string, (choice: Choice) => Values>> = {
  "resource.create": (choice) => ({
    resource: choice.random.pick(names),
    agent: "ocf:heartbeat:Dummy",
    parameters: [`fake=${number(choice)}`],
    ...(choice.random.chance(0.7) ? { disabled: true } : {}),
    ...(choice.random.chance(0.3) ? { group: choice.random.pick(["g1", "g2"]) } : {}),
  }),
  "resource.set": (choice) => ({
    resource: resource(choice),
    pairs: pair(choice, "fake", "state"),
  }),
  "resource.unset": (choice) => ({ resource: resource(choice), names: ["fake"] }),
  "resource.op": (choice) => ({
    resource: resource(choice),
    operation: "monitor",
    pairs: [`interval=${choice.random.between(5, 60)}s`],
  }),
  "resource.delete": (choice) => ({ resources: [resource(choice)] }),
  "resource.start": (choice) => ({ resources: [resource(choice)] }),
  "resource.stop": (choice) => ({ resources: [resource(choice)] }),
  "resource.manage": (choice) => ({ resources: [resource(choice)] }),
  "resource.unmanage": (choice) => ({ resources: [resource(choice)] }),
  "resource.move": (choice) => ({ resource: resource(choice), node: node(choice) }),
  "resource.ban": (choice) => ({ resource: resource(choice), node: node(choice), keep: true }),
  "resource.clear": () => ({ all: true }),
  "resource.group": (choice) => ({
    group: choice.random.pick(["g1", "g2"]),
    resources: [resource(choice)],
  }),
  "resource.ungroup": (choice) => ({ group: choice.random.pick(["g1", "g2"]) }),
  "resource.clone": (choice) => ({
    resource: resource(choice),
    meta: pairOf(choice, ["clone-max"], few),
  }),
  "resource.promotable": (choice) => ({ resource: resource(choice) }),
  "resource.unclone": (choice) => ({ clone: resource(choice) }),
  "constraint.location": (choice) => ({
    resource: resource(choice),
    first: node(choice),
    second: score(choice),
  }),
  "constraint.order": (choice) => ({ words: [resource(choice), "then", resource(choice)] }),
  "constraint.colocation": (choice) => ({
    resource: resource(choice),
    with: "with",
    other: resource(choice),
    score: score(choice),
  }),
  "constraint.ticket": (choice) => ({ ticket: "south", resource: resource(choice) }),
  "constraint.rm": (choice) => ({ ids: [constraint(choice)] }),
  "node.standby": (choice) => ({ nodes: [node(choice)] }),
  "node.online": (choice) => ({ nodes: [node(choice)] }),
  "node.maintenance": (choice) => ({
    node: node(choice),
    state: choice.random.pick(["on", "off"]),
  }),
  "node.attribute": (choice) => ({ node: node(choice), pairs: pair(choice, "rack", "room") }),
  "node.utilization": (choice) => ({ node: node(choice), pairs: pair(choice, "cpu", "memory") }),
  "option.set": (choice) => ({
    pairs: pair(choice, "cluster-delay", "batch-limit"),
    ...(choice.random.chance(0.3) ? { "resource-defaults": true } : {}),
  }),
  "option.unset": () => ({ names: ["batch-limit"] }),
  "acl.role.create": (choice) => ({ role: role(choice) }),
  "acl.role.rm": (choice) => ({ roles: [role(choice)] }),
  "acl.permit": (choice) => ({ role: role(choice), kind: "read", xpath: "//nodes" }),
  "acl.unpermit": (choice) => ({ ids: [`${role(choice)}-1`] }),
  "acl.target.add": (choice) => ({ name: "joe", roles: [role(choice)] }),
  "acl.target.rm": () => ({ name: "joe" }),
  "acl.group.add": (choice) => ({ name: "staff", roles: [role(choice)] }),
  "acl.group.rm": () => ({ name: "staff" }),
  "alert.add": (choice) => ({ alert: alert(choice), notifier: "log" }),
  "alert.set": (choice) => ({ alert: alert(choice), recipient: [number(choice)] }),
  "alert.rm": (choice) => ({ alerts: [alert(choice)] }),
  "fence.level.add": (choice) => ({
    target: node(choice),
    index: `${choice.random.between(1, 3)}`,
    devices: ["switch"],
  }),
  "fence.level.rm": (choice) => ({ target: node(choice) }),
  "tag.create": (choice) => ({ tag: choice.random.pick(["t1", "t2"]), ids: [resource(choice)] }),
  "tag.rm": (choice) => ({ tags: [choice.random.pick(["t1", "t2"])] }),
};

/** Operations that change more than the configuration. */
const beyond: ReadonlySet<string> = new Set([
  "resource.refresh",
  "ticket.grant",
  "ticket.revoke",
  "ticket.standby",
  "ticket.activate",
]);

/** Operations that administrators use. */
export const used: readonly Changing[] = operations.filter((one) => one.effect === "change")
  .filter((one) => !beyond.has(methodOf(one)));

/** Operations for which no values are known: the table has grown. */
export const forgotten = used.map(methodOf).filter((method) => !Object.hasOwn(values, method));

/** Calls that are tried on one document until one is possible. */
const triesMax = 20;

/** A call that is possible on a document, and the document after it; undefined: none was found. */
export function callOn(
  cib: XmlElement,
  random: Random,
  nodes: readonly string[],
  nowS: number,
):
  | { readonly command: string; readonly work: (cib: XmlElement) => XmlElement | undefined }
  | undefined {
  for (let tries = 0; tries < triesMax; tries++) {
    const operation = random.pick(used);
    const given = values[methodOf(operation)]?.({ random, draft: new Draft(cib), nodes }) ?? {};
    const about = {
      nowS,
      state(): never {
        throw new Error(`${methodOf(operation)} asks where something runs`);
      },
    };
    const work = (on: XmlElement): XmlElement | undefined => {
      const worked = operation.change(on, given, about);
      return "problems" in worked ? undefined : worked.cib;
    };
    if (work(cib) === undefined) continue;
    return { command: `ha ${operation.path.join(" ")} ${JSON.stringify(given)}`, work };
  }
  return undefined;
}
