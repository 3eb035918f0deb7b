/**
 * Numbers and times as a configuration may write them: whatever they are, the coordinator gets a
 * decision that it can read, or an error, and no silence.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pengine } from "./core.ts";
import { graph } from "./protocol.ts";
import { transitionOf } from "./transition_of.ts";

const odd = [
  "0",
  "-1",
  "NaN",
  "Infinity",
  "2147483648",
  "9007199254740993",
  "1e400",
  "PT600H",
  "PT0.0005S",
  "P9999999999Y",
  "P1Y",
  "0.5s",
  ".5",
  "99999999999h",
  "10us",
  "",
  "0x10",
  "-9".padEnd(400, "9"),
  "1".repeat(400),
];

const options = [
  "cluster-delay",
  "stonith-timeout",
  "fencing-timeout",
  "batch-limit",
  "migration-limit",
  "priority-fencing-delay",
  "node-pending-timeout",
  "shutdown-lock-limit",
  "stonith-watchdog-timeout",
  "node-health-base",
];

const cibOf = (option: string, value: string, op = "", meta = "") =>
  `<cib><configuration><crm_config><cluster_property_set id="o">
  <nvpair id="o-1" name="${option}" value="${value}"/></cluster_property_set></crm_config>
  <nodes><node id="a" uname="a"/></nodes><resources>
  <primitive id="web" class="ocf" provider="x" type="y">
  <meta_attributes id="m">${meta}</meta_attributes><operations>${op}</operations></primitive>
  </resources><constraints/></configuration><status><node_state id="a" uname="a" in_ccm="true"
  crmd="online" join="member" expected="member"><lrm id="a"><lrm_resources/></lrm></node_state>
  </status></cib>`;

function check(cib: string, what: string): void {
  const sent: unknown = JSON.parse(JSON.stringify(transitionOf(cib, 1_700_000_000).graph));
  assert.deepEqual(graph(sent), sent, what);
}

Deno.test("whatever an option says, the graph is one that its reader takes", {
  permissions: "none",
}, () => {
  for (const option of options) {
    for (const value of odd) check(cibOf(option, value), `${option}=${value.slice(0, 20)}`);
  }
});

Deno.test("whatever an operation or a resource says, the graph is one that its reader takes", {
  permissions: "none",
}, () => {
  for (const value of odd) {
    for (
      const op of [
        `<op id="o1" name="monitor" interval="${value}" timeout="5s"/>`,
        `<op id="o1" name="monitor" interval="10s" timeout="${value}" start-delay="${value}"/>`,
        `<op id="o1" name="start" interval="0" timeout="${value}"/>`,
        `<op id="o1" name="monitor" interval="10s" interval-origin="${value}"/>`,
      ]
    ) check(cibOf("x", "1", op), `${op}`.slice(0, 100));
    for (const name of ["priority", "failure-timeout", "migration-threshold", "stickiness"]) {
      const meta = `<nvpair id="m-1" name="${name}" value="${value}"/>`;
      check(cibOf("x", "1", "", meta), `${name}=${value.slice(0, 20)}`);
    }
  }
});

Deno.test("a graph that no reader takes is an error at once", () => {
  const machine = pengine();
  const from = { node: "a", service: "crmd" };
  const common = { at: 0 } as const;
  machine.step(machine.state, {
    type: "loaded",
    ...common,
    instance: "engine",
    result: { ok: true, value: undefined },
  });
  const message = { type: "pengine/schedule", id: "1", cib: "<cib/>", nowS: 1 } as const;
  machine.step(machine.state, { type: "message", ...common, from, message });
  const made = transitionOf(cibOf("x", "1"), 1);
  const value = { ...made, graph: { ...made.graph, batchLimit: Infinity } };
  const [effect] = machine.step(machine.state, {
    type: "reply",
    ...common,
    id: "1",
    result: { ok: true, value },
  });
  assert.ok(effect?.type === "send" && effect.message.type === "pengine/transition");
  assert.match(effect.message.error ?? "", /batchLimit: expected an integer/);
});
