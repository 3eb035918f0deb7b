/**
 * Where the original decides wrongly, and we do not follow it: each with its reason.
 *
 * @module
 */
import { children, descendants, type XmlElement } from "./elements.ts";

/** A difference: lines that only the original has, lines that only we have, and all of its own. */
export interface Difference {
  readonly cib: XmlElement;
  readonly missing: readonly string[];
  readonly added: readonly string[];
  readonly theirs: readonly string[];
}

/** A bug of the original, and how to recognize a difference that comes from it. */
interface Bug {
  readonly name: string;
  readonly reason: string;
  readonly isIt: (difference: Difference) => boolean;
}

const bugs: readonly Bug[] = [
  {
    name: "migration into a guest that starts",
    reason: "migrate_from waits for the start of a remote node, but not for that of a guest: " +
      "it would be asked of a guest that is not there yet",
    isIt: ({ missing, added }) =>
      added.some((line) => /^migrate_from .* <- .*start /.test(line)) &&
      [...missing, ...added].every((line) => line.startsWith("migrate_from ")),
  },
  {
    name: "migration into a guest that does not start",
    reason: "what runs is moved alive into a guest that is not there; it can only stop",
    isIt: ({ cib, missing, added }) => {
      const guests = descendants(cib, "nvpair")
        .flatMap(({ attributes: { name, value } }) => name === "remote-node" ? value ?? [] : []);
      const bundles = descendants(cib, "bundle").map(({ attributes: { id } }) => id);
      return !added.some((line) => line.includes("migrate_from")) &&
        missing.some((line) => {
          const [, name = ""] = /^migrate_from \S+ @(\S+)/.exec(line) ?? [];
          return guests.includes(name) || bundles.includes(name.replace(/-\d+$/, ""));
        });
    },
  },
  {
    name: "two states of one node",
    reason: "a node that one of its states calls online stays so, whatever the later one says",
    isIt: ({ cib }) => hasTwice(descendants(cib, "node_state").map(({ attributes: { id } }) => id)),
  },
  {
    name: "one history twice",
    reason: "what a node recorded twice of one resource is applied to two instances, or as one " +
      "history of which the second half undoes the first; no node writes that",
    isIt: ({ cib }) =>
      descendants(cib, "lrm_resources").some((list) =>
        hasTwice(children(list, "lrm_resource").map(({ attributes: { id } }) => id))
      ),
  },
  {
    name: "a guest that has the name of a member",
    reason: "the name stands for both, so that nothing starts, or the member is probed as a guest",
    isIt: ({ cib }) => {
      const members = new Set(
        descendants(cib, "node").filter(({ attributes: { type } }) => type !== "remote")
          .map(({ attributes: { uname } }) => uname),
      );
      const isReplica = (name: string | undefined): boolean =>
        descendants(cib, "bundle").some(({ attributes: { id } }) =>
          name?.replace(/-\d+$/, "") === id
        );
      return [...members].some(isReplica) ||
        descendants(cib, "nvpair").some(({ attributes: { name, value } }) =>
          name === "remote-node" && members.has(value)
        );
    },
  },
  {
    name: "a file is taken for a copy without secrets",
    reason: "crm_simulate takes every file for one whose secrets were removed, so that a record " +
      "without a digest counts as unchanged; the scheduler of a cluster does not",
    isIt: ({ cib }) =>
      descendants(cib, "lrm_rsc_op").some(({ attributes }) =>
        attributes["op-secure-digest"] !== undefined && attributes["op-digest"] === undefined
      ),
  },
  {
    name: "a connection that is promoted",
    reason: "a connection has no roles; recorded as promoted, its node is probed though it is down",
    isIt: ({ cib }) =>
      descendants(cib, "lrm_resource").some((resource) =>
        resource.attributes.type === "remote" &&
        children(resource, "lrm_rsc_op").some(({ attributes }) =>
          attributes["rc-code"] === "8" || attributes["rc-code"] === "9" ||
          attributes.operation === "promote"
        )
      ),
  },
  {
    name: "capacities in a circle",
    reason:
      "of three nodes each can have more room than the next; which of them is first follows " +
      "the order of a hash table",
    isIt: ({ cib }) => optionOf(cib, "placement-strategy") === "balanced" && roomGoesRound(cib),
  },
  {
    name: "remote nodes without a state are one place",
    reason: "such a node has no id yet, and a colocation (a group too) takes all of them for one",
    isIt: ({ cib, missing }) => {
      const known = new Set(
        descendants(cib, "node_state").map(({ attributes: { id } }) => id),
      );
      const names = [
        ...descendants(cib, "primitive").filter(({ attributes: { type } }) => type === "remote")
          .map(({ attributes: { id } }) => id),
        ...descendants(cib, "nvpair").filter(({ attributes: { name } }) => name === "remote-node")
          .map(({ attributes: { value } }) => value),
      ];
      const unknown = names.filter((name) => !known.has(name));
      const together = [...descendants(cib, "rsc_colocation"), ...descendants(cib, "group")];
      return together.length > 0 && unknown.length >= 2 &&
        missing.some((line) => unknown.some((name) => line.includes(`_start_0 @${name} `)));
    },
  },
  {
    name: "a migration to a remote node that is not there",
    reason: "a migration under way to it when its source was lost may have arrived: the original " +
      "forgets it, we stop the resource there, by fencing if need be",
    isIt: ({ cib, added }) =>
      descendants(cib, "lrm_rsc_op").some(({ attributes }) =>
        attributes.operation === "migrate_to" && attributes["op-status"] === "-1" &&
        added.some((line) => line.startsWith(`stonith stonith-${attributes.migrate_target}-`))
      ),
  },
  {
    name: "an instance that does not start hears of its start",
    reason: "the agent is called on a node where the instance is not",
    isIt: ({ missing, added }) =>
      missing.some((line) => /^notify \S+_post_notify_(start|promote)_0 @\w/.test(line)) &&
      [...missing, ...added].every((line) => /^notif(y|ied) /.test(line)),
  },
  {
    name: "a monitor of what has stopped",
    reason:
      "a surplus instance stops on a remote node whose connection restarts: what watched it " +
      "is started again with the connection, and reports a failure of what is not there",
    isIt: ({ missing, added, theirs }) =>
      added.length === 0 &&
      missing.every((line) => {
        const [, id, node] = /^monitor (\S+)_monitor_[1-9]\d* @(\S+) .* <- start /.exec(line) ?? [];
        const does = (task: string): boolean =>
          theirs.some((one) => one.startsWith(`${task} ${id}_${task}_0 @${node} `));
        return id !== undefined && does("stop") && !does("start");
      }),
  },
  {
    name: "promotion scores that cancel out",
    reason:
      "minus infinity forbids, whatever is added to it; in a cloned group the original adds " +
      "the members' scores as plain numbers, and promotes one whose agent forbids it",
    isIt: ({ cib, missing }) => missing.some(isPromotion) && scoresCancelOut(cib),
  },
  {
    name: "a cancellation that waits for no stop",
    reason:
      "in maintenance mode monitors are cancelled; the original orders one after a stop that " +
      "is demanded, but not made in that mode, and ends with an invalid transition",
    isIt: ({ cib, missing, added }) =>
      missing.length === 0 && added.every((line) => /^cancel \S+ @\S+ \[0\] <- $/.test(line)) &&
      descendants(cib, "nvpair").some(({ attributes: { name, value } }) =>
        /^maintenance(-mode)?$/.test(name ?? "") && value === "true"
      ),
  },
  {
    name: "bundles colocated in a circle",
    reason: "while the container of one is placed, the circle leads back to its bundle: the " +
      "connection is placed first, counts as load where its container then does not go",
    isIt: ({ cib }) => bundlesGoRound(cib),
  },
  {
    name: "an unmanaged instance loses its place to a bundle",
    reason:
      "while the original weighs the promotion of an active instance that may not be stopped, " +
      "a bundle that is not beside it takes its place away, so that nothing watches it; a plain " +
      "clone or a primitive in its stead stays watched",
    isIt: ({ cib, missing, added }) =>
      missing.length === 0 && added.every((line) => {
        const [, id] = /^monitor (\S+?)(?::\d+)?_monitor_[1-9]\d* @\S+ \[\d+\] <- $/.exec(line) ??
          [];
        return id !== undefined && isPromotableWithBundle(cib, id);
      }),
  },
];

/** The name of the bug of the original that explains a difference, if one does. */
export function knownBug(difference: Difference): string | undefined {
  return bugs.find(({ isIt }) => isIt(difference))?.name;
}

const isPromotion = (line: string): boolean => line.startsWith("promote ");

/** Whether a node prefers one member of a cloned group without bound, and forbids another. */
function scoresCancelOut(cib: XmlElement): boolean {
  const groups = descendants(cib, "clone").flatMap((clone) => children(clone, "group"))
    .map((group) => children(group, "primitive").map(({ attributes: { id } }) => `master-${id}`));
  return [...descendants(cib, "node"), ...descendants(cib, "node_state")].some((node) => {
    const scores = descendants(node, "nvpair").map(({ attributes }) => attributes);
    const has = (members: readonly string[], pattern: RegExp): boolean =>
      scores.some(({ name = "", value = "" }) => members.includes(name) && pattern.test(value));
    return groups.some((members) => has(members, /^\+?INFINITY$/i) && has(members, /^-INFINITY$/i));
  });
}

/** Whether a primitive is in a promotable clone that must be with a bundle. */
function isPromotableWithBundle(cib: XmlElement, primitive: string): boolean {
  const bundles = descendants(cib, "bundle").map(({ attributes: { id } }) => id);
  const followers = descendants(cib, "rsc_colocation").map(({ attributes }) => attributes)
    .filter((way) => way.score === "INFINITY" && bundles.includes(way["with-rsc"]))
    .map(({ rsc }) => rsc);
  return descendants(cib, "clone").some((clone) =>
    followers.includes(clone.attributes.id) &&
    descendants(clone, "primitive").some(({ attributes: { id } }) => id === primitive) &&
    children(clone, "meta_attributes").flatMap((set) => children(set, "nvpair"))
      .some(({ attributes: { name, value } }) => name === "promotable" && value === "true")
  );
}

function hasTwice(names: readonly (string | undefined)[]): boolean {
  return new Set(names).size < names.length;
}

function optionOf(cib: XmlElement, name: string): string | undefined {
  return descendants(cib, "cluster_property_set").flatMap((set) => children(set, "nvpair"))
    .find(({ attributes }) => attributes.name === name)?.attributes.value;
}

/** Whether, by what nodes provide, each of two has more of something, and a third stands between. */
function roomGoesRound(cib: XmlElement): boolean {
  const rooms = descendants(cib, "node").map((node) =>
    new Map(
      descendants(node, "utilization").flatMap((set) => children(set, "nvpair"))
        .map(({ attributes: { name = "", value } }) => [name, Number(value)]),
    )
  );
  const has = (a: Map<string, number>, b: Map<string, number>): boolean =>
    [...a].some(([name, value]) => value > (b.get(name) ?? 0));
  return rooms.length >= 3 && rooms.some((a) => rooms.some((b) => has(a, b) && has(b, a)));
}

/** Whether colocations lead from a bundle over bundles back to it. */
function bundlesGoRound(cib: XmlElement): boolean {
  const bundles = new Set(descendants(cib, "bundle").map(({ attributes: { id } }) => id));
  const ways = descendants(cib, "rsc_colocation").map(({ attributes }) => attributes)
    .filter((way) => bundles.has(way.rsc) && bundles.has(way["with-rsc"]));
  return [...bundles].some((start) => {
    const reached = new Set<string | undefined>();
    for (let size = -1; reached.size > size;) {
      size = reached.size;
      for (const way of ways) {
        if (way.rsc === start || reached.has(way.rsc)) reached.add(way["with-rsc"]);
      }
    }
    return reached.has(start);
  });
}
