import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/quorum/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const question = (members: string, nodes: string, votes: Record<string, number> = {}) => ({
  members: members.split(" "),
  nodes: nodes.split(" "),
  votes,
  previous: [],
});

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    known: [
      { question: question("a", "a"), answer: "yes" },
      { question: question("a", "a b"), answer: "tie" },
      { question: question("a", "a b c"), answer: "no" },
      { question: question("a b", "a b c"), answer: "yes" },
      { question: question("a b", "a b c d"), answer: "tie" },
      { question: question("a b", "a b c d e"), answer: "no" },
      { question: question("a b c", "a b c d e"), answer: "yes" },
      { question: question("a", "a b c", { a: 3 }), answer: "yes" },
      { question: question("b c", "a b c", { a: 3 }), answer: "no" },
      { question: question("b", "a b c", { a: 0, c: 0 }), answer: "yes" },
      // A stranger has no vote.
      { question: question("a x y", "a b c"), answer: "no" },
    ],
  },
});
