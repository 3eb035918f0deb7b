/**
 * What `ha cluster recover` shows before a person decides: who is there, who is lost, and what each
 * choice can lose.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import {
  count,
  list,
  name,
  nodesMax,
  object,
  type Reader,
  Refusal,
  yesOrNo,
} from "../../../runtime/reader.ts";

/** The membership, as its daemon's status says. */
export interface Membership {
  readonly view: {
    readonly epoch: number;
    readonly quorate: boolean;
    readonly members: readonly { readonly node: string }[];
    readonly electorate: readonly string[];
  } | null;
  /** Milliseconds since the view was installed. */
  readonly sinceMs: number;
  /** Nodes that count and are in no view with this one. */
  readonly absent: readonly string[];
  /** Members whose operators have not agreed to go on alone. */
  readonly notAgreed: readonly string[];
}

const names = list(name, nodesMax);
const membership: Reader<Membership> = object({
  view: (value) => value === null ? null : view(value),
  sinceMs: count,
  absent: names,
  notAgreed: names,
});

const view = object({
  epoch: count,
  quorate: yesOrNo,
  members: list(object({ node: name }), nodesMax),
  electorate: names,
});

/** Reads the status of the membership daemon. @throws {TypeError} if it has another form */
export function readMembership(status: unknown): Membership {
  const read = membership(status);
  if (read instanceof Refusal) throw new TypeError(`The status of ccm cannot be read: ${read}`);
  return read;
}

/** Names of the members, sorted. */
export const membersOf = ({ view }: Membership): readonly string[] =>
  view?.members.map(({ node }) => node).sort() ?? [];

/** Why there is nothing to recover, with the fix; undefined: there is. */
export function whyNotRecover({ view, absent }: Membership): string | undefined {
  if (view === null) {
    return refusal("this node is in no view yet", "wait until ha cluster status shows members");
  }
  if (view.quorate) {
    return refusal(
      "the nodes have quorum, and go on",
      "remove a node that is permanently lost with ha node forget NODE",
    );
  }
  if (absent.length > 0) return undefined;
  return refusal(
    "all nodes that count are there",
    "see ha status; a quorum plugin of the node configuration says no",
  );
}

/** What is shown before the name of the cluster is typed. */
export function choiceLines(
  cluster: string,
  self: string,
  membership: Membership,
  copy: { readonly version: string; readonly written: string },
): readonly string[] {
  const { absent, sinceMs, view } = membership;
  const members = membersOf(membership);
  const since = new Date(Date.now() - sinceMs).toISOString().replace(/\.\d+/, "");
  const counting = members.filter((name) => view?.electorate.includes(name) === true);
  const all = counting.length + absent.length;
  const others = members.filter((name) => name !== self);
  return [
    `Cluster ${cluster}, seen from ${self}: no quorum since ${since}`,
    `  here: ${members.join(", ")} (${counting.length} of ${all} nodes that count)`,
    `  lost: ${absent.join(", ")}`,
    "",
    `If one of them can be started again: start it. Nothing is lost then.`,
    "",
    `If they are permanently lost, ${members.join(", ")} can go on without them. Then:`,
    `  * Where one of them still runs, services run twice, and their data is destroyed.`,
    `  * What they changed after ${since} is lost. The configuration here is version ` +
    `${copy.version}${copy.written === "" ? "" : `, written ${copy.written}`}.`,
    `  * None of them comes back with what is on its disk. It has to join again:`,
    `    ha cluster leave --forgotten --purge, and ha cluster join TOKEN.`,
    ...(others.length === 0 ? [] : [
      `  * The same must be agreed to on ${others.join(", ")}: run ha cluster recover there too.`,
    ]),
  ];
}

/** What is to be done afterwards. */
export const nextLines = (absent: readonly string[]): readonly string[] => [
  "Their services start once they are fenced. Where no device can reach them, switch them off by hand:",
  ...absent.map((node) => `  ha fence confirm ${node}`),
  "Then remove them:",
  `  ha node forget ${absent.join(" ")}`,
];

const refusal = (what: string, fix: string): string =>
  withCode("HA6012", `There is nothing to recover: ${what}. Fix: ${fix}`);
