/**
 * Events of members and of quorum, from the views of the membership.
 *
 * @module
 */
import { elementAt } from "../cib/doors/path.ts";
import { elements } from "../crmd/doors/status.ts";
import type { View } from "../runtime/messages.ts";
import type { EventsState, Happened } from "./state.ts";

/** What differs from the view before. */
export function viewed(state: EventsState, { members, quorate }: View): readonly Happened[] {
  const before = state.members ?? new Map<string, number>();
  const now = new Map(members.map(({ node, incarnation }) => [node, incarnation]));
  const happened: Happened[] = [];
  for (const [node, life] of before) {
    if (now.get(node) === life) continue;
    happened.push(gone(state, node));
  }
  for (const [node, life] of now) {
    if (before.get(node) !== life) happened.push(member(state, node));
  }
  state.members = now;
  return [...happened, ...quorumIs(state, quorate, "")];
}

/** This node belongs to no view: it knows nothing of the others. */
export const evicted = (state: EventsState): readonly Happened[] =>
  state.quorate === undefined ? [] : quorumIs(state, false, "this node is in no membership");

function quorumIs(state: EventsState, quorate: boolean, why: string): readonly Happened[] {
  if (state.quorate === quorate) return [];
  state.quorate = quorate;
  const desc = quorate ? "gained" : "lost";
  return [{ kind: "quorum", what: `quorum ${desc}`, why, facts: { desc } }];
}

/** The state of a node in the CIB, and its id. */
function known({ replica: { root } }: EventsState, node: string) {
  const state = root === undefined
    ? undefined
    : elements(elementAt(root, "/cib/status"), "node_state").find(({ attributes }) =>
      attributes.uname === node
    );
  return { nodeid: state?.attributes.id ?? node, expected: state?.attributes.expected };
}

function member(state: EventsState, node: string): Happened {
  const { nodeid } = known(state, node);
  return {
    kind: "node",
    node,
    what: `${node} is a member`,
    facts: { node, nodeid, desc: "member" },
  };
}

/** Pacemaker calls both the same; the CIB knows whether the node has stopped in an orderly way. */
function gone(state: EventsState, node: string): Happened {
  const { nodeid, expected } = known(state, node);
  const left = expected === "down";
  return {
    kind: "node",
    node,
    what: left ? `${node} has left` : `${node} is lost`,
    facts: { node, nodeid, desc: "lost", ...(left ? { left: "true" } : {}) },
  };
}
