/**
 * Where resources are, and how nodes stand, from the status in the CIB. It is what `crm_mon` shows to
 * agents; the policy engine knows more, and takes ten times as long to start.
 *
 * @module
 */
import { all, at, type Element, of } from "./xml.ts";

/** One instance of a resource on a node. */
export interface Place {
  readonly resource: string;
  readonly node: string;
  readonly role: "Stopped" | "Started" | "Unpromoted" | "Promoted";
  readonly active: boolean;
  readonly failed: boolean;
}

/** How a node stands. */
export interface NodeState {
  readonly id: string;
  readonly name: string;
  readonly online: boolean;
  readonly standby: boolean;
  readonly maintenance: boolean;
  readonly unclean: boolean;
  readonly pending: boolean;
  readonly shutdown: boolean;
  readonly isDc: boolean;
}

const isTrue = (text: string): boolean =>
  ["true", "on", "yes", "y", "1"].includes(text.toLowerCase());

/** The value of a pair below an element; empty if there is none. */
export function pairOf(element: Element | undefined, name: string): string {
  if (element === undefined) return "";
  for (const one of all(element)) {
    if (one.tag === "nvpair" && of(one, "name") === name) return of(one, "value");
  }
  return "";
}

/** The nodes of the configuration. */
export function nodesOf(root: Element): readonly NodeState[] {
  const states = at(root, "status")?.children ?? [];
  const option = (name: string) => pairOf(at(root, "configuration", "crm_config"), name);
  const fencing = option("fencing-enabled") || option("stonith-enabled");
  const fences = fencing === "" || isTrue(fencing);
  const nodes = at(root, "configuration", "nodes")?.children ?? [];
  return nodes.filter(({ tag }) => tag === "node").map((node) => {
    const [id, name] = [of(node, "id"), of(node, "uname")];
    const state = states.find((one) => one.tag === "node_state" && of(one, "uname") === name);
    const transient = state && at(state, "transient_attributes");
    const isMember = isTrue(of(state, "in_ccm"));
    const online = isMember && of(state, "crmd") === "online" && of(state, "join") === "member";
    const set = (attribute: string) =>
      isTrue(pairOf(transient, attribute)) || isTrue(pairOf(node, attribute));
    return {
      id,
      name,
      online,
      standby: set("standby"),
      maintenance: set("maintenance") || isTrue(option("maintenance-mode")),
      unclean: fences && !online && !isMember && of(state, "expected") === "member",
      pending: isMember && !online,
      shutdown: !["", "0"].includes(pairOf(transient, "shutdown")),
      isDc: of(root, "dc-uuid") === id,
    };
  });
}

/** What the results of operations say, node by node. */
export function placesOf(root: Element): readonly Place[] {
  const online = new Map(nodesOf(root).map((node) => [node.name, node.online]));
  const promotable = promotableIn(root);
  return (at(root, "status")?.children ?? []).flatMap((state) => {
    const node = of(state, "uname");
    const resources = at(state, "lrm", "lrm_resources")?.children ?? [];
    return resources.map((one) => {
      const resource = of(one, "id").replace(/:\d+$/, "");
      const { active, promoted, failed } = roleOf(one);
      const isActive = active && online.get(node) === true;
      return {
        resource,
        node,
        active: isActive,
        failed,
        role: !isActive
          ? "Stopped" as const
          : promoted
          ? "Promoted" as const
          : promotable.has(resource)
          ? "Unpromoted" as const
          : "Started" as const,
      };
    });
  });
}

/** The primitives of promotable clones. */
function promotableIn(root: Element): ReadonlySet<string> {
  const resources = at(root, "configuration", "resources");
  const clones = resources?.children.filter((one) =>
    one.tag === "master" ||
    (one.tag === "clone" &&
      one.children.some((set) =>
        set.tag === "meta_attributes" && isTrue(pairOf(set, "promotable"))
      ))
  ) ?? [];
  return new Set(
    clones.flatMap((clone) => [...all(clone)]).filter(({ tag }) => tag === "primitive")
      .map((one) => of(one, "id")),
  );
}

/** What the operations of one resource came to, in the order in which they were carried out. */
function roleOf({ children }: Element): {
  readonly active: boolean;
  readonly promoted: boolean;
  readonly failed: boolean;
} {
  let active = false;
  let promoted = false;
  let failed = false;
  const done = children.filter((one) =>
    one.tag === "lrm_rsc_op" && of(one, "op-status") !== "-1" && of(one, "op-status") !== "1"
  ).sort((a, b) => Number(of(a, "call-id")) - Number(of(b, "call-id")));
  for (const one of done) {
    const rc = of(one, "rc-code");
    const ok = rc === "0";
    switch (of(one, "operation")) {
      case "monitor":
        active = rc !== "7" && rc !== "5";
        promoted = rc === "8" || rc === "9";
        failed = !["0", "7", "8"].includes(rc);
        break;
      case "stop":
        if (ok) active = promoted = false;
        failed = !ok;
        break;
      case "start":
      case "migrate_from":
        active = true;
        failed = !ok;
        break;
      case "migrate_to":
        if (ok) active = false;
        break;
      case "promote":
      case "demote":
        active = true;
        promoted = (of(one, "operation") === "promote") === ok;
        failed = !ok;
    }
  }
  return { active, promoted, failed };
}
