/**
 * The rules for every quorum plugin.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Quorum, QuorumAnswer, QuorumQuestion } from "./contract.ts";

/** What a plugin's test knows beside. */
export interface Given {
  /** Questions and the answers that must come. */
  readonly known: readonly { readonly question: QuorumQuestion; readonly answer: QuorumAnswer }[];
  /**
   * It may say yes to both halves of a cluster that broke in two, and relies on fencing to end one
   * of them: QUORUM2 does not apply.
   */
  readonly fencingDecides?: boolean;
}

const nodes = ["n1", "n2", "n3", "n4", "n5"];

/** The clauses of `quorum/1`. */
export const clauses: readonly Clause<Quorum, Given>[] = [
  {
    id: "QUORUM1",
    says: "it answers what its test knows, twice the same",
    async check(trial) {
      await using opened = await trial.open();
      for (const { question, answer } of trial.given.known) {
        assert.equal(await opened.api.decide(question), answer, JSON.stringify(question));
        assert.equal(await opened.api.decide(question), answer, "asked again");
      }
    },
  },
  {
    id: "QUORUM2",
    says: "it never says yes to two sets of members that have no node in common",
    async check(trial) {
      if (trial.given.fencingDecides) return;
      await using opened = await trial.open();
      for (let count = 1; count <= nodes.length; count++) {
        const all = nodes.slice(0, count);
        for (const previous of [[], all]) {
          for (let set = 0; set < 1 << count; set++) {
            const one = all.filter((_, at) => (set >> at & 1) === 1);
            const other = all.filter((_, at) => (set >> at & 1) === 0);
            const yes = [];
            for (const members of [one, other]) {
              if (members.length === 0) continue;
              const question = { members, nodes: all, votes: {}, previous };
              if (await opened.api.decide(question) === "yes") yes.push(members);
            }
            assert.ok(yes.length <= 1, `yes to ${yes.join(" and to ")}`);
          }
        }
      }
    },
  },
  {
    id: "QUORUM3",
    says: "all nodes together never get a no",
    async check(trial) {
      await using opened = await trial.open();
      for (let count = 1; count <= nodes.length; count++) {
        const all = nodes.slice(0, count);
        const question = { members: all, nodes: all, votes: {}, previous: [] };
        assert.notEqual(await opened.api.decide(question), "no", `${count} nodes`);
      }
    },
  },
];
