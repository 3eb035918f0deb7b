/**
 * The rules for every plugin of kind `ra`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import type { Clause } from "../conformance.ts";
import type { AgentRef, Ra, RaOperation } from "./contract.ts";

/** Agents of a class that are looked at, at most. */
const agentsMax = 64;

/** What the plugin's test tells the suite. */
export interface RaGiven {
  /** An agent that can be started and stopped with these parameters. */
  readonly agent: AgentRef;
  readonly parameters: Readonly<Record<string, string>>;
}

const operation = (given: RaGiven, action: string, timeoutMs = 20_000): RaOperation => ({
  resource: "conformance",
  agent: given.agent,
  action,
  intervalMs: 0,
  timeoutMs,
  parameters: given.parameters,
});

/** The numbered clauses. */
export const clauses: readonly Clause<Ra, RaGiven>[] = [
  {
    id: "RA1",
    says: "list() names the agent",
    async check(trial) {
      await using opened = await trial.open();
      const found = await opened.api.list();
      assert.ok(found.some(({ type }) => type === trial.given.agent.type));
    },
  },
  {
    id: "RA2",
    says: "describe() gives meta-data whose root is resource-agent and names the agent",
    async check(trial) {
      await using opened = await trial.open();
      const { root } = parse(await opened.api.describe(trial.given.agent), {
        disallowDoctype: false,
      });
      assert.equal(root.name.local, "resource-agent");
      assert.equal(root.attributes.name, trial.given.agent.type);
    },
  },
  {
    id: "RA3",
    says: "monitor says 7 before start, 0 after it, 7 after stop; start and stop may be repeated",
    async check(trial) {
      await using opened = await trial.open();
      const rc = async (action: string) => {
        const { rc } = await opened.api.run(operation(trial.given, action));
        return rc;
      };
      try {
        assert.equal(await rc("monitor"), 7);
        assert.equal(await rc("start"), 0);
        assert.equal(await rc("monitor"), 0);
        assert.equal(await rc("start"), 0);
        assert.equal(await rc("stop"), 0);
        assert.equal(await rc("monitor"), 7);
        assert.equal(await rc("stop"), 0);
      } finally {
        await rc("stop");
      }
    },
  },
  {
    id: "RA4",
    says: "an agent that is not there gives 5, not an exception",
    async check(trial) {
      await using opened = await trial.open();
      const { rc } = await opened.api.run({
        ...operation(trial.given, "monitor"),
        agent: { type: "NoSuchAgent" },
      });
      assert.equal(rc, 5);
    },
  },
  {
    id: "RA5",
    says: "an action that the agent does not know gives 3",
    async check(trial) {
      await using opened = await trial.open();
      assert.equal((await opened.api.run(operation(trial.given, "no-such-action"))).rc, 3);
    },
  },
  {
    id: "RA6",
    says: "every agent can be loaded: none says only when it is used that a module is missing",
    async check(trial) {
      await using opened = await trial.open();
      const wrong: string[] = [];
      for (const agent of (await opened.api.list()).slice(0, agentsMax)) {
        const probe = operation({ agent, parameters: {} }, "monitor");
        const { rc, output } = await opened.api.run({ ...probe, resource: "conformance-load" });
        if (rc === 5 && output.startsWith("Cannot load ")) wrong.push(output);
      }
      assert.equal(wrong.join("\n"), "");
    },
  },
];
