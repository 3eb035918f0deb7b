/**
 * What the policy engine decides is carried out: clones with notifications, the promoted role,
 * migration, reload, maintenance, cleanup, tickets.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import type { CibState } from "../../daemons/cib/mod.ts";
import type { CrmdState } from "../../daemons/crmd/mod.ts";
import type { CibChange, LrmOperation } from "../../daemons/runtime/messages.ts";
import { type ClusterOptions, clusterWorld, dummy, whereRuns } from "./scenario_cluster.ts";
import type { World } from "./world.ts";

/** What a local resource manager was ordered to do. */
interface Ordered {
  readonly node: string;
  readonly operation: LrmOperation;
}

/** A cluster that has settled, and the orders from now on. */
class Cluster {
  readonly world: World;
  readonly orders: Ordered[] = [];

  constructor(
    { log, ...options }: Partial<ClusterOptions> & {
      readonly resources: string;
      readonly log?: (text: string) => void;
    },
  ) {
    this.world = clusterWorld({
      seed: 1,
      ...options,
      onObservation: (seen) => {
        if (seen.type === "log") log?.(seen.text);
        if (seen.type !== "received" || seen.service !== "lrmd") return;
        if (seen.message.type !== "lrm/execute") return;
        const { operation } = seen.message;
        if (operation.agent.class === "stonith") return;
        this.orders.push({ node: seen.node, operation });
      },
    });
    this.world.powerOnAll();
    this.run(15);
  }

  run(seconds: number): void {
    this.world.runMs(seconds * 1_000);
    assert.deepEqual(this.world.violations, []);
  }

  get dc(): string {
    const { view } = this.world.node("n1").state("crmd") as CrmdState;
    return view!.members[0]!.node;
  }

  get cib(): string {
    return stringify((this.world.node(this.dc).state("cib") as CibState).copy!.root);
  }

  change(...changes: CibChange[]): void {
    this.orders.length = 0;
    this.world.node(this.dc).say("test", "cib", { type: "cib/apply", id: "by the test", changes });
  }

  set(path: string, set: Readonly<Record<string, string>>): void {
    this.change({ op: "modify", path, set });
  }

  /** The orders but for probes and monitors, as `start web n1`. */
  get done(): string[] {
    return this.orders.filter(({ operation: { action } }) => action !== "monitor")
      .map(({ node, operation: { action, resource } }) => `${action} ${resource} ${node}`);
  }

  promoted(resource: string): string[] {
    return this.world.nodes.filter(({ resources }) => resources.get(resource)?.promoted)
      .map(({ name }) => name);
  }
}

const pair = (id: string, name: string, value: string) =>
  `<nvpair id="${id}" name="${name}" value="${value}"/>`;
const clone = (id: string, meta: Readonly<Record<string, string>>) =>
  `<clone id="${id}-clone"><meta_attributes id="${id}-clone-meta">${
    Object.entries(meta).map(([name, value]) => pair(`${id}-clone-${name}`, name, value)).join("")
  }</meta_attributes>${dummy(id)}</clone>`;
const primitivePath = "/cib/configuration/resources/primitive[@id='web']";
const mayPromote = `<rsc_location id="promote" rsc="p-clone"><rule id="promote-rule"
  role="Promoted" score="10"><expression id="promote-any" attribute="#uname"
  operation="defined"/></rule></rsc_location>`;
const promotable = { promotable: "true", notify: "true" };

Deno.test("a clone with notify runs everywhere, and its instances hear of each other in all variables", () => {
  const cluster = new Cluster({ resources: clone("c", { notify: "true" }) });
  assert.deepEqual(whereRuns(cluster.world, "c"), ["n1", "n2", "n3"]);
  const notes = cluster.orders.filter(({ operation }) => operation.action === "notify");
  assert.ok(notes.length >= 3);
  const { parameters } = notes.at(-1)!.operation;
  assert.equal(parameters.CRM_meta_notify_type, "post");
  assert.equal(parameters.CRM_meta_notify_operation, "start");
  const pairs = ["start", "stop", "active"].flatMap((
    list,
  ) => [`${list}_resource`, `${list}_uname`]);
  for (const name of [...pairs, "inactive_resource"]) {
    assert.notEqual(parameters[`CRM_meta_notify_${name}`], undefined, name);
  }
  for (const name of ["available", "all"]) {
    assert.equal(
      (parameters[`CRM_meta_notify_${name}_uname`] ?? "").trim().split(/ +/).length,
      3,
      name,
    );
  }
});

Deno.test("one instance is promoted, and another one when its node dies", () => {
  const cluster = new Cluster({ resources: clone("p", promotable), constraints: mayPromote });
  const [first = ""] = cluster.promoted("p");
  assert.equal(cluster.promoted("p").length, 1);
  assert.match(
    cluster.cib,
    /operation="monitor"[^>]*rc-code="8"|operation="promote"[^>]*rc-code="0"/,
  );
  cluster.orders.length = 0;
  cluster.world.node(first).powerOff("by the test");
  cluster.run(8);
  const [second = ""] = cluster.promoted("p").filter((name) => name !== first);
  assert.ok(second, "another one is promoted");
  const at = cluster.orders.findIndex(({ operation, node }) =>
    operation.action === "promote" && node === second
  );
  const before = cluster.orders.slice(0, at).filter(({ operation: { parameters } }) =>
    parameters.CRM_meta_notify_type === "pre" && parameters.CRM_meta_notify_operation === "promote"
  );
  assert.ok(before.length >= 2, "every instance that is left heard of it before");
  assert.ok("CRM_meta_notify_promote_uname" in before[0]!.operation.parameters);
  assert.ok("CRM_meta_notify_promoted_uname" in before[0]!.operation.parameters);
});

Deno.test("a promoted instance that is taken away is demoted before it is stopped", () => {
  const cluster = new Cluster({ resources: clone("p", promotable), constraints: mayPromote });
  const [first = ""] = cluster.promoted("p");
  cluster.change({
    op: "create",
    path: `/cib/configuration/nodes/node[@id='${first}']`,
    xml: `<instance_attributes id="a">${pair("a-1", "standby", "on")}</instance_attributes>`,
  });
  cluster.run(8);
  const of = cluster.done.filter((order) =>
    order.endsWith(` p ${first}`) && !order.startsWith("not")
  );
  assert.deepEqual(of, [`demote p ${first}`, `stop p ${first}`]);
  assert.equal(cluster.promoted("p").length, 1);
});

Deno.test("a resource that may migrate is moved without a stop of its service", () => {
  const cluster = new Cluster({ resources: dummy("web", pair("m", "allow-migrate", "true")) });
  const [from = ""] = whereRuns(cluster.world, "web");
  cluster.change({
    op: "create",
    path: "/cib/configuration/constraints",
    xml: `<rsc_location id="away" rsc="web" node="${from}" score="-INFINITY"/>`,
  });
  cluster.run(5);
  const [to = ""] = whereRuns(cluster.world, "web");
  assert.notEqual(to, from);
  assert.deepEqual(cluster.done, [
    `migrate_to web ${from}`,
    `migrate_from web ${to}`,
    `stop web ${from}`,
  ]);
  const [{ operation: { parameters } }] = cluster.orders as [Ordered];
  assert.equal(parameters.CRM_meta_migrate_source, from);
  assert.equal(parameters.CRM_meta_migrate_target, to);
});

const withParameters = dummy("web").replace(
  "<operations>",
  `<instance_attributes id="i">${pair("i-level", "level", "1")}${
    pair("i-start", "sim_start_ms", "5")
  }</instance_attributes><operations>`,
);

Deno.test("a changed parameter is reloaded where the agent can, and needs a restart elsewhere", () => {
  const cluster = new Cluster({ resources: withParameters });
  const [node = ""] = whereRuns(cluster.world, "web");
  const path = `${primitivePath}/instance_attributes[@id='i']/nvpair`;
  cluster.set(`${path}[@id='i-level']`, { value: "2" });
  cluster.run(4);
  assert.deepEqual(cluster.done, [`reload-agent web ${node}`]);
  assert.equal(
    cluster.orders.find(({ operation }) => operation.action === "reload-agent")
      ?.operation.parameters.level,
    "2",
  );
  const monitors = cluster.orders.filter(({ operation }) => operation.intervalMs > 0);
  assert.equal(monitors.at(-1)?.operation.parameters.level, "2", "it is watched with it too");
  cluster.set(`${path}[@id='i-start']`, { value: "6" });
  cluster.run(4);
  assert.deepEqual(cluster.done, [`stop web ${node}`, `start web ${node}`]);
});

Deno.test("in maintenance and unmanaged, nothing is started, stopped or watched", () => {
  for (
    const [name, value] of [["maintenance", "true"], ["is-managed", "false"]] as const
  ) {
    const cluster = new Cluster({ resources: dummy("web", pair("m", name, "false")) });
    const [node = ""] = whereRuns(cluster.world, "web");
    if (name === "is-managed") {
      assert.equal(node, "", "it was never managed");
      continue;
    }
    cluster.set(`${primitivePath}/meta_attributes[@id='web-meta']/nvpair[@id='m']`, { value });
    cluster.run(3);
    cluster.world.node(node).loseResource("web");
    cluster.run(5);
    assert.deepEqual(cluster.done, []);
    cluster.set(`${primitivePath}/meta_attributes[@id='web-meta']/nvpair[@id='m']`, {
      value: "false",
    });
    cluster.run(5);
    assert.equal(whereRuns(cluster.world, "web").length, 1, "then it is recovered");
  }
});

Deno.test("a resource that is taken out of the configuration is stopped and forgotten", () => {
  const cluster = new Cluster({ resources: dummy("web") + dummy("db") });
  const [node = ""] = whereRuns(cluster.world, "web");
  cluster.change({ op: "delete", path: primitivePath });
  cluster.run(5);
  assert.ok(cluster.done.includes(`stop web ${node}`));
  assert.deepEqual(whereRuns(cluster.world, "web"), []);
  assert.equal(whereRuns(cluster.world, "db").length, 1);
  assert.doesNotMatch(cluster.cib, /lrm_resource[^>]*id="web"/);
});

Deno.test("a resource that has failed often enough goes elsewhere, and may return when that has expired", () => {
  const cluster = new Cluster({
    resources: dummy(
      "web",
      pair("t", "migration-threshold", "2") + pair("f", "failure-timeout", "60s"),
    ),
    constraints: `<rsc_location id="here" rsc="web" node="n1" score="100"/>`,
  });
  assert.deepEqual(whereRuns(cluster.world, "web"), ["n1"]);
  cluster.world.node("n1").loseResource("web");
  cluster.run(5);
  assert.deepEqual(whereRuns(cluster.world, "web"), ["n1"], "once is not enough");
  cluster.world.node("n1").loseResource("web");
  cluster.run(5);
  assert.notEqual(whereRuns(cluster.world, "web")[0], "n1");
  cluster.run(90);
  assert.deepEqual(whereRuns(cluster.world, "web"), ["n1"], "the failures have expired");
});

Deno.test("a resource that needs a ticket runs while the cluster holds it", () => {
  const cluster = new Cluster({
    resources: dummy("web"),
    constraints: `<rsc_ticket id="needs" rsc="web" ticket="site" loss-policy="stop"/>`,
  });
  assert.deepEqual(whereRuns(cluster.world, "web"), []);
  cluster.change({
    op: "create",
    path: "/cib/status",
    xml: `<tickets><ticket_state id="site" granted="true"/></tickets>`,
  });
  cluster.run(4);
  assert.equal(whereRuns(cluster.world, "web").length, 1);
  cluster.set("/cib/status/tickets/ticket_state[@id='site']", { granted: "false" });
  cluster.run(4);
  assert.deepEqual(whereRuns(cluster.world, "web"), []);
});

Deno.test("the members of a group start in order on one node, and stop in reverse", () => {
  const cluster = new Cluster({
    resources: `<group id="g">${dummy("one")}${dummy("two")}${dummy("three")}</group>`,
  });
  const [node = ""] = whereRuns(cluster.world, "one");
  assert.deepEqual(cluster.done, [`start one ${node}`, `start two ${node}`, `start three ${node}`]);
  cluster.change({
    op: "create",
    path: `/cib/configuration/nodes/node[@id='${node}']`,
    xml: `<instance_attributes id="a">${pair("a-1", "standby", "on")}</instance_attributes>`,
  });
  cluster.run(6);
  assert.deepEqual(cluster.done.filter((order) => order.startsWith("stop")), [
    `stop three ${node}`,
    `stop two ${node}`,
    `stop one ${node}`,
  ]);
});

Deno.test("bundles and Pacemaker Remote are refused by name, and everything else runs", () => {
  const refusals: string[] = [];
  const remote = dummy("far").replace(
    'provider="heartbeat" type="Dummy"',
    'provider="pacemaker" type="remote"',
  );
  const cluster = new Cluster({
    resources: dummy("web") + dummy("after") + remote +
      dummy("vm", pair("guest", "remote-node", "guest")) +
      `<bundle id="box"><podman image="i" replicas="2"/><primitive id="inside" class="ocf"
        provider="heartbeat" type="Dummy"/></bundle>`,
    constraints: `<rsc_order id="o" first="box" then="after"/>`,
    log: (text) => refusals.push(text),
  });
  for (const resource of ["web", "vm"]) assert.equal(whereRuns(cluster.world, resource).length, 1);
  for (const resource of ["after", "inside", "far", "box"]) {
    assert.deepEqual(whereRuns(cluster.world, resource), [], resource);
  }
  const named = cluster.orders.map(({ operation }) => operation.resource);
  assert.deepEqual([...new Set(named)].sort(), ["after", "vm", "web"], "the others are not probed");
  const lines = refusals.filter((text) => text.includes("[HA3019]"));
  assert.deepEqual(
    [...new Set(lines.map((text) => /"(.*?)" is refused/.exec(text)?.[1]))].sort(),
    ["box", "far", "vm"],
  );
  assert.ok(lines.length <= 9, "each is reported once by a coordinator");
});
