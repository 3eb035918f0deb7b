import { conform } from "../../handler/conform.ts";
import type { QuorumAnswer } from "../../handler/quorum/contract.ts";
import { clauses } from "../../handler/quorum/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const known = (
  members: string,
  nodes: string,
  answer: QuorumAnswer,
  votes: Readonly<Record<string, number>> = {},
) => ({
  question: {
    members: members.split(" ").filter((name) => name !== ""),
    nodes: nodes.split(" "),
    votes,
    previous: [],
  },
  answer,
});

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    known: [
      known("a", "a b", "yes"),
      known("b", "a b", "no"),
      known("a b", "a b", "yes"),
      known("a d", "a b c d", "yes"),
      known("b c", "a b c d", "no"),
      known("b", "d b c a", "no"),
      known("b c d", "a b c d", "yes"),
      known("a", "a b c", "no"),
      known("", "a b", "no"),
      // A member without a vote is no help.
      known("a x", "b c", "no"),
      known("b", "a b", "yes", { b: 2 }),
      known("b", "a b c", "no", { b: 2, a: 1, c: 1 }),
      known("a", "a b c", "yes", { a: 2, b: 1, c: 1 }),
      // Without any votes nobody is more than nobody.
      known("b", "a b", "no", { a: 0, b: 0 }),
    ],
  },
});

conform(clauses, {
  manifest,
  plugin,
  config: { nodes: ["z", "c", "a"] },
  given: {
    known: [
      known("a", "a c", "no"),
      known("c", "a c", "yes"),
      // The first of the list that counts: c does not.
      known("a", "a b", "yes"),
      known("b", "a b", "no"),
      known("z b", "a b c z", "yes"),
      known("a c", "a b c z", "no"),
      // None of the list counts: the first by name.
      known("b", "b d", "yes"),
      known("d", "b d", "no"),
    ],
  },
});
