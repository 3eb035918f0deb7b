/**
 * A node one version ahead: each of its messages has members that the others do not know, and it
 * sends messages of unknown types. It still forms a cluster with them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { runScenario } from "./scenario.ts";

/** Services that speak to their own kind on other nodes. */
const services = ["ccm", "cib", "crmd", "stonithd"];

/** The node that is ahead. */
const ahead = "n2";

let told = 0;

function later(machine: Machine): Machine {
  let node = "";
  return {
    ...machine,
    step(state, event: Event, more) {
      if (event.type === "start") node = event.node;
      const effects = machine.step(state, event, more);
      if (node !== ahead || !services.includes(machine.service)) return effects;
      return effects.flatMap((effect) =>
        effect.type === "send" ? [...said(machine, effect)] : [effect]
      );
    },
  };
}

function* said({ service }: Machine, effect: Extract<Effect, { type: "send" }>): Generator<Effect> {
  const { to, message } = effect;
  // What stays on its node is of one version.
  if (to.node === undefined || to.node === ahead) return yield effect;
  told++;
  const more = widened(message) as Message;
  yield { ...effect, message: more };
  if (told % 5 !== 0) return;
  const unknown: unknown = { type: "ccm/forecast", rain: true };
  yield { ...effect, message: unknown as Message };
  // Only a service of the same name is a peer.
  if (to.service !== service) return;
  if (service === "ccm" || service === "stonithd") {
    yield { ...effect, message: { type: "peer", body: { type: "forecast", rain: [1, 2] } } };
  } else {
    const part = JSON.stringify({ type: "forecast", view: 1 });
    yield { ...effect, message: { type: "peer", body: { at: 0, of: 1, part } } };
  }
}

/** With a member more in every object, and in every object that a piece of text says. */
function widened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(widened);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (isRecord.has(name)) return [name, member];
    if (name !== "part" || typeof member !== "string") return [name, widened(member)];
    try {
      return [name, JSON.stringify(widened(JSON.parse(member)))];
    } catch {
      return [name, member];
    }
  });
  return Object.fromEntries([...entries, ["shoeSize", { left: 42 }]]);
}

/** Members that are records: there every name means something. */
const isRecord = new Set(["hears", "parameters", "attributes", "set", "status"]);

for (const transport of ["stand-in", "heartbeat"] as const) {
  Deno.test({
    name: `a node that is one version ahead forms a cluster with the others, over ${transport}`,
    permissions: "none",
    fn() {
      told = 0;
      const { violations, counts } = runScenario({
        seed: 5,
        minutes: 4,
        nodes: 3,
        daemons: "all",
        transport,
        faultEveryMs: 15_000,
        faults: ["crash"],
        bug: { replace: later, daemons: "all", transport, faults: ["crash"], breaks: [] },
      });
      // Among them: every node of the still end is a member, and every resource runs.
      assert.deepEqual(violations, []);
      assert.ok((counts["crash"] ?? 0) > 0, "nodes died and came back");
      assert.ok(told > 100, `${told} messages were ahead`);
    },
  });
}
