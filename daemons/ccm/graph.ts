/**
 * Who hears whom, by the nodes' rows, and what follows for one node: with whom it should be.
 *
 * Every node that has the same rows comes to the same answer for each, so that nobody proposes what
 * another must refuse.
 *
 * @module
 */
import type { View } from "../runtime/messages.ts";
import { heaviestClique } from "./clique.ts";
import { foreign } from "./electorate.ts";
import type { Row } from "./protocol.ts";
import { primaryView } from "./seniority.ts";

/** Rows by node, the own among them. */
export type Rows = ReadonlyMap<string, Row>;

/** Whether two nodes of one cluster hear each other, in the incarnations that they have now. */
export function linked(rows: Rows, one: string, other: string): boolean {
  const a = rows.get(one);
  const b = rows.get(other);
  return a !== undefined && b !== undefined && a.hears[other] === b.incarnation &&
    b.hears[one] === a.incarnation && !foreign(a.electorates, b.electorates);
}

/** All that a node can reach over nodes that hear each other, itself too, sorted. */
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
 * The members of the view that a node should be in, sorted: its part of the component, which is
 * taken apart into cliques, the heaviest first. Of equally heavy ones the one with the most senior
 * nodes goes first, so that a bridge node stays with those it was with.
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
