import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/quorum/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const question = (members: string, nodes: string, previous: string) => ({
  members: members.split(" "),
  nodes: nodes.split(" "),
  votes: {},
  previous: previous.split(" ").filter((name) => name !== ""),
});

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    fencingDecides: true,
    known: [
      { question: question("a b", "a b", ""), answer: "yes" },
      { question: question("a", "a b", ""), answer: "no" },
      { question: question("a", "a b", "a b"), answer: "yes" },
      { question: question("b", "a b", "a b"), answer: "yes" },
      { question: question("a", "a b", "a"), answer: "yes" },
      { question: question("b", "a b", "a"), answer: "no" },
      { question: question("a b c", "a b c", "a b c"), answer: "tie" },
      { question: question("a", "a b c", "a b c"), answer: "tie" },
    ],
  },
});
