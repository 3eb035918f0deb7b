/**
 * What must be so after each daily task, looked at from outside.
 *
 * @module
 */
import { type Called, elementOf, elements, nodes, type World } from "./world.ts";

/** How a task is played. */
export interface Play {
  /** What comes before the commands. */
  before?(world: World): Promise<void>;
  /** Words that belong to the stage and not to the task. */
  more?(world: World): readonly string[];
  /** Exit code of the commands; 0 if left out. */
  readonly code?: number;
  /** Whether it is as it should be. @param last what the last command said */
  is(world: World, last: Called, all: readonly Called[]): boolean | Promise<boolean>;
}

/** A secret that no report may have. */
const canary = "canary-4711";
const address = "10.9.0.100";
const says = (pattern: RegExp): Play => ({ is: (_, { out }) => pattern.test(out) });
/** The CIB of another node has such an element. */
const has = (tag: string, attributes: Readonly<Record<string, string>>): Play => ({
  is: async (world) => elementOf(await world.cib(), tag, attributes) !== undefined,
});
const lacks = (tag: string, attributes: Readonly<Record<string, string>>): Play => ({
  is: async (world) => elementOf(await world.cib(), tag, attributes) === undefined,
});
const pair = (name: string, value: string): Play => has("nvpair", { name, value });
/** A resource runs on so many machines, by its state files. */
const onMachines = (id: string, count: number): Play => ({
  is: (world) => world.hosts(id).length === count,
});
const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === 1 && one.join() === other.join();
/** Counts of failures of `web`: one of its two monitors, or each, has found it. */
const failureCounts = async (world: World): Promise<number> =>
  [...elements(await world.cib())].filter((one) =>
    one.name.raw === "nvpair" &&
    /^fail-count-web#monitor_10000?$/.test(one.attributes.name ?? "")
  ).length;

/** The state file of `web` before a restart. */
let beforeRestart = 0;

/** By the name of the task. */
export const plays: Readonly<Record<string, Play>> = {
  "what runs where": says(/Online: \[ alice bob carol \]/),
  "the same for a program": {
    is: (_, { out }) =>
      JSON.parse(out).nodes.filter(({ state }: { state: string }) => state === "online").length ===
        3,
  },
  "for a monitoring system": {
    is: (_, { out }, [check]) =>
      check !== undefined && /^OK/.test(check.out) &&
      /^ha_cluster_pacemaker_nodes\{node="bob",type="member",status="online"\} 1$/m.test(out),
  },
  "which agents there are": says(/ocf:heartbeat:Dummy/),
  "parameters of an agent": says(/state[^]*fake/),
  "try an agent alone": { is: (world) => world.hosts("web").length === 0 },
  "what a change would do": {
    is: async (world, { out }) =>
      /Start +web/.test(out) &&
      elementOf(await world.cib(), "primitive", { id: "web" }) === undefined,
  },
  "create a resource": onMachines("web", 1),
  "create an address": { is: async (world) => (await world.addressed(address)).length === 1 },
  "create one in a group": onMachines("db", 1),
  "create one on every node": onMachines("log", 3),
  "list resources": {
    is: (world, { out }) =>
      new RegExp(`^web .*Started on ${world.hosts("web")[0]}$`, "m").test(out),
  },
  "how one is configured": says(/web.*ocf:heartbeat:Dummy[^]*monitor/),
  "why one is where it is": {
    is: (world, { out }) => out.includes(world.hosts("web")[0] ?? "nowhere"),
  },
  "why one is not elsewhere": says(/web/),
  "change a parameter": pair("fake", "blue"),
  "remove a parameter": lacks("nvpair", { name: "fake" }),
  "change a meta attribute": pair("migration-threshold", "9"),
  "change an operation": has("lrm_rsc_op", { operation_key: "web_monitor_1000", "op-status": "0" }),
  stop: onMachines("web", 0),
  start: onMachines("web", 1),
  restart: {
    before(world) {
      const [host = ""] = world.hosts("web");
      beforeRestart = world.started("web", host) ?? 0;
      return Promise.resolve();
    },
    is(world) {
      const [host = ""] = world.hosts("web");
      return beforeRestart > 0 && (world.started("web", host) ?? 0) > beforeRestart;
    },
  },
  move: {
    is: async (world) =>
      same(world.hosts("web"), ["bob"]) && await constraintOfMove(world) === undefined,
  },
  "keep away from a node": {
    is: async (world) =>
      world.hosts("web").length === 1 && !world.hosts("web").includes("bob") &&
      await constraintOfMove(world) !== undefined,
  },
  "undo moves and bans": { is: async (world) => await constraintOfMove(world) === undefined },
  "forget failures": {
    async before(world) {
      await world.lose("web");
      await world.until(
        "the failure is counted",
        async () => await failureCounts(world) > 0,
      );
      await world.until("it is started again", () => world.hosts("web").length === 1);
    },
    is: async (world) =>
      await failureCounts(world) === 0 &&
      world.hosts("web").length === 1,
  },
  "probe again": {
    is: async (world) =>
      world.hosts("web").length === 1 &&
      [...elements(await world.cib())].filter((one) =>
          one.name.raw === "lrm_rsc_op" && one.attributes.id === "web_last_0"
        ).length === nodes.length,
  },
  "leave a resource alone": pair("is-managed", "false"),
  "manage it again": {
    is: async (world) =>
      elementOf(await world.cib(), "nvpair", { name: "is-managed", value: "false" }) === undefined,
  },
  "group resources": {
    is: async (world) => same(world.hosts("web"), await world.addressed(address)),
  },
  "ungroup them": lacks("group", { id: "service" }),
  "clone a resource": onMachines("web", 3),
  "limit its instances": onMachines("web", 2),
  "back to one instance": onMachines("web", 1),
  "wait until all is done": onMachines("web", 1),
  "prefer a node": { is: (world) => same(world.hosts("web"), ["carol"]) },
  "avoid a node": {
    async is(world) {
      const found = await world.addressed(address);
      return found.length === 1 && !found.includes("carol");
    },
  },
  "place by rule": {
    is: (world) => world.hosts("db").length === 1 && !world.hosts("db").includes("alice"),
  },
  "one after another": has("rsc_order", { first: "data", then: "web" }),
  "run together": {
    is: async (world) => same(world.hosts("db"), await world.addressed(address)),
  },
  "run apart": {
    is: (world) =>
      world.hosts("web").length === 1 && world.hosts("web")[0] !== world.hosts("db")[0],
  },
  "list constraints": says(/location-web-carol[^]*colocation-web-data/),
  "remove constraints": lacks("rsc_location", { id: "location-web-carol" }),
  "need a ticket": onMachines("web", 0),
  "grant a ticket": onMachines("web", 1),
  "revoke a ticket": {
    is: async (world) =>
      world.hosts("web").length === 0 &&
      elementOf(await world.cib(), "ticket_state", { id: "south", granted: "false" }) !== undefined,
  },
  "list tickets": {
    is: (_, { out }) => /^south: revoked$/m.test(out),
  },
  "empty a node": {
    is: async (world) =>
      [...world.hosts("web"), ...world.hosts("db"), ...world.hosts("log")]
        .every((node) => node !== "bob") && !(await world.addressed(address)).includes("bob"),
  },
  "use it again": onMachines("log", 3),
  "leave a node alone": lacks("nvpair", { name: "maintenance" }),
  "leave the cluster alone": pair("maintenance-mode", "true"),
  "manage the cluster again": lacks("nvpair", { name: "maintenance-mode" }),
  "node attributes": pair("rack", "7"),
  "capacity of a node": pair("cpu", "4"),
  "list nodes": says(/^bob: online.*rack=7.*cpu=4/m),
  "set a cluster option": pair("cluster-delay", "70s"),
  "list cluster options": says(/^cluster-delay=70s$/m),
  "defaults of resources": pair("resource-stickiness", "100"),
  "tag resources": {
    is: async (world, { out }) =>
      out.includes("both: web ip") &&
      elementOf(await world.cib(), "tag", { id: "both" }) !== undefined,
  },
  "remove a tag": lacks("tag", { id: "both" }),
  "show the configuration": says(/web[^]*colocation-web-data[^]*cluster-delay=70s/),
  "save it": {
    is: (world) => Deno.readTextFileSync(`${world.folder}/saved.xml`).includes('id="web"'),
  },
  "edit it as a whole": {
    before: (world) =>
      Deno.writeTextFile(
        `${world.folder}/editor`,
        '#!/bin/sh\nexec sed -i \'s/name="rack" value="7"/name="rack" value="9"/\' "$1"\n',
        { mode: 0o700 },
      ),
    more: (world) => ["--editor", `${world.folder}/editor`],
    ...pair("rack", "9"),
  },
  "what differs from a file": { code: 1, ...says(/rack/) },
  "restore it": pair("rack", "7"),
  "check a configuration": { is: (_, { err }) => !/error/.test(err) },
  "change a file first": {
    is: async (world) =>
      Deno.readTextFileSync(`${world.folder}/saved.xml`).includes('id="mail"') &&
      elementOf(await world.cib(), "primitive", { id: "mail" }) === undefined,
  },
  "apply the file": onMachines("mail", 1),
  "who changed what": says(/ha configure apply saved\.xml[^]*ha resource create web/),
  "undo the last change": onMachines("mail", 0),
  "what would happen next": {
    more: (world) => ["--run-folder", world.run("alice")],
    ...says(/Transition Summary|Current cluster status/),
  },
  "an element of the document": says(/<node id="carol" uname="carol"/),
  "test the fencing devices": says(/power/),
  "fencings so far": { is: (_, { out }) => !/off|reboot/.test(out) },
  "read the log of a node": {
    more: (world) => ["--log", `${world.folder}/bob.log`],
    is: (_, { out }) => /bob crmd: notice: View .*alice, bob, carol/.test(out) && !/ccm:/.test(out),
  },
  "collect a report": {
    async before(world) {
      await world.ha(["node", "attribute", "bob", `password=${canary}`]);
      const text = await Deno.readTextFile(`${world.folder}/bob.log`);
      await Deno.writeTextFile(`${world.folder}/copy.log`, `${text}  an agent says ${canary}\n`);
    },
    more: (world) => ["--log", `${world.folder}/copy.log`],
    is(world) {
      const text = Deno.readTextFileSync(`${world.folder}/report.tar`);
      if (text.includes(canary) || !text.includes("an agent says ******")) return false;
      return ["cib.xml", "status.json", "history.txt", "log.txt"].every((name) =>
        text.includes(`report/${name}`)
      ) && text.includes("ha configure apply saved.xml") && text.includes("bob crmd: notice: View");
    },
  },
  "delete with what names it": {
    is: async (world) =>
      world.hosts("web").length === 0 &&
      elementOf(await world.cib(), "rsc_order", { then: "web" }) === undefined,
  },
  "forget a node": {
    before: (world) => world.retire("carol"),
    async is(world) {
      const cib = await world.cib();
      return ["node", "node_state"].every((tag) =>
        elementOf(cib, tag, { uname: "carol" }) === undefined
      ) && !world.electorate().includes("carol");
    },
  },
};

/** What a move or a ban leaves. */
const constraintOfMove = async (world: World) =>
  [...elements(await world.cib())].find(({ name, attributes }) =>
    name.raw === "rsc_location" && /^cli-/.test(attributes.id ?? "")
  );
