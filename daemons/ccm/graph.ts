/**
 * The graph of the nodes' rows, which says which node hears which. Derives from it the nodes that
 * one node should be with.
 *
 * All nodes with the same rows derive the same answer for each node, so no node proposes what
 * another one must reject.
 *
 * @module
 */
import type { View } from "../runtime/messages.ts";
import { heaviestClique } from "./clique.ts";
import { foreign } from "./electorate.ts";
import type { Row } from "./protocol.ts";
import { primaryView } from "./seniority.ts";

/** Rows by node, including the own row. */
export type Rows = ReadonlyMap<string, Row>;

/** Whether two nodes of one cluster hear each other, in the incarnations that they have now. */
export function linked(rows: Rows, one: string, other: string): boolean {
  const a = rows.get(one);
  const b = rows.get(other);
  return a !== undefined && b !== undefined && a.hears[other] === b.incarnation &&
    b.hears[one] === a.incarnation && !foreign(a.electorates, b.electorates);
}

/** All nodes that a node can reach through nodes that hear each other, including itself, sorted. */
export function component(rows: Rows, node: string): string[] {
  const reached = new Set([node]);
  for (const one of reached) {
    for (const other of rows.keys()) {
      if (!reached.has(other) && linked(rows, one, other)) reached.add(other);
    }
  }
  return [...reached].sort();
}

/** Whether each of them hears every other. */
export function allLinked(rows: Rows, nodes: readonly string[]): boolean {
  return nodes.every((one, at) => nodes.slice(at + 1).every((other) => linked(rows, one, other)));
}

/**
 * The members of the view that a node should be in, sorted: its part of the component. The
 * component is divided into cliques, the heaviest first. Of equally heavy ones, the one with the
 * most senior nodes goes first, so a bridge node stays with its previous nodes.
 *
 * @param votes of a node; the number of nodes decides among as many votes.
 */
export function place(rows: Rows, node: string, votes: (node: string) => number): string[] {
  let rest = component(rows, node);
  if (allLinked(rows, rest)) return rest;
  const seniors = bySeniority(rest, primaryView(rest.map((name) => rows.get(name)!)));
  rest = seniors;
  while (true) {
    const clique = heaviestClique({
      nodes: rest,
      linked: (one, other) => linked(rows, one, other),
      weight: (name) => votes(name) * 1024 + 1,
    });
    if (clique.includes(node)) return clique.sort();
    rest = rest.filter((name) => !clique.includes(name));
  }
}

function bySeniority(names: readonly string[], primary: View | undefined): string[] {
  const members = primary?.members.map((member) => member.node) ?? [];
  const known = members.filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name))];
}
