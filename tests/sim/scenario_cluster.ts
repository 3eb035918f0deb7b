/**
 * A whole cluster in the simulated world: every daemon from membership to fencing, on top of the
 * stand-in for heartbeat, so that no failure comes from heartbeat.
 *
 * @module
 */
import { alerts } from "../../daemons/alerts/mod.ts";
import { attrd } from "../../daemons/attrd/mod.ts";
import { events } from "../../daemons/events/mod.ts";
import { history } from "../../daemons/history/mod.ts";
import { ccm } from "../../daemons/ccm/core.ts";
import { cib } from "../../daemons/cib/mod.ts";
import { crmd } from "../../daemons/crmd/mod.ts";
import { lrmd } from "../../daemons/lrmd/mod.ts";
import type { Effect, Machine } from "../../daemons/runtime/machine.ts";
import { pengine } from "../../daemons/pengine/core.ts";
import { decide } from "../../daemons/pengine/decide.ts";
import { stonithd } from "../../daemons/stonithd/mod.ts";
import { tengine } from "../../daemons/tengine/mod.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { CibChecker } from "./checkers/cib.ts";
import { ResourceChecker } from "./checkers/resources.ts";
import { observer } from "./observer.ts";
import { standIn } from "./stand_in.ts";
import { engine } from "./plugins/engine.ts";
import { World, type WorldOptions } from "./world.ts";

/** The plain majority: these worlds need no other quorum. */
const majority: Quorum = {
  decide({ members, nodes }) {
    const twice = 2 * members.filter((name) => nodes.includes(name)).length;
    return twice > nodes.length ? "yes" : twice === nodes.length ? "tie" : "no";
  },
};

/** What the cluster is to be like. */
export interface ClusterOptions {
  readonly seed: number;
  readonly nodes?: readonly string[];
  /** Elements in `resources` beside the fencing device. */
  readonly resources?: string;
  readonly constraints?: string;
  /** Those of them that run on several nodes. */
  readonly clones?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  /** Milliseconds between two writes of each node's observer; 0: it only reads. */
  readonly writeEveryMs?: number;
  /** Absent: the policy engine itself. */
  readonly decide?: Parameters<typeof engine>[0];
  /** With events and alerts, of which each node has so many for each of its recipients. */
  readonly alertsAMinute?: number;
  /** Puts something around a machine: how bugs are planted. */
  readonly replace?: (machine: Machine) => Machine;
  /** Programs on each node that are clients of the process `cluster`. */
  readonly programs?: () => readonly Machine[];
  /** Those who judge, beside the usual ones. */
  readonly checkers?: WorldOptions["checkers"];
  readonly onObservation?: WorldOptions["onObservation"];
}

/** A resource that the world runs, watched every second. */
export const dummy = (id: string, meta = ""): string =>
  `<primitive id="${id}" class="ocf" provider="heartbeat" type="Dummy">
     <meta_attributes id="${id}-meta">${meta}</meta_attributes>
     <operations>
       <op id="${id}-monitor" name="monitor" interval="1s" timeout="5s"/>
       <op id="${id}-start" name="start" interval="0" timeout="5s"/>
       <op id="${id}-stop" name="stop" interval="0" timeout="5s"/>
     </operations>
   </primitive>`;

/** The CIB that such a cluster begins with. */
export function initialCib(options: ClusterOptions): string {
  const nodes = options.nodes ?? ["n1", "n2", "n3"];
  const properties = { "stonith-enabled": "true", ...options.properties };
  return `<cib><configuration><crm_config>
    <cluster_property_set id="cib-bootstrap-options">${
    Object.entries(properties).map(([name, value]) =>
      `<nvpair id="opt-${name}" name="${name}" value="${value}"/>`
    ).join("")
  }</cluster_property_set><cluster_property_set id="observed"/></crm_config>
    <nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
    <resources><primitive id="switch" class="stonith" type="process"/>${
    options.resources ?? dummy("web")
  }</resources>
    <constraints>${options.constraints ?? ""}</constraints>${
    options.alertsAMinute === undefined ? "" : alertsXml
  }</configuration><status/></cib>`;
}

const alertsXml = `<alerts><alert id="flood" path="sim"><recipient id="flood-hangs" value="hangs"/>
  <recipient id="flood-fine" value="fine"/></alert></alerts>`;

/** The events of a node that hears of fencings again and again. */
function flooded(machine: Machine, aMinute: number): Machine {
  let count = 0;
  const again: Effect = { type: "timer", name: "flood", inMs: 60_000 / aMinute };
  return {
    ...machine,
    step(state, event, more) {
      if (event.type !== "timer" || event.name !== "flood") {
        const effects = machine.step(state, event, more);
        return event.type === "start" ? [...effects, again] : effects;
      }
      const [happened, at] = ["fence/happened", event.at] as const;
      const message = {
        type: happened,
        target: `ghost${++count}`,
        action: "off",
        ok: true,
        delegate: "n1",
        detail: "",
        tookMs: 1,
        origin: "n1",
      } as const;
      const from = { node: "n1", service: "stonithd" };
      return [...machine.step(state, { type: "message", at, from, message }, more), again];
    },
  };
}

/** A world with such a cluster, judged by the checkers of all that it consists of. */
export function clusterWorld(options: ClusterOptions): World {
  const nodes = options.nodes ?? ["n1", "n2", "n3"];
  const { keepaliveMs = 100, deadtimeMs = 500 } = options;
  const initial = initialCib(options);
  const { replace = (machine) => machine, alertsAMinute } = options;
  return new World({
    seed: options.seed,
    nodes,
    plugins: { engine: engine(options.decide ?? decide) },
    plans: (world) => [
      { name: "heartbeat", machines: () => [standIn({ nodes, keepaliveMs, deadtimeMs })] },
      {
        name: "pengine",
        to: "cluster",
        machines: () => [pengine()],
      },
      {
        name: "lrmd",
        to: "cluster",
        machines: () => [
          lrmd({ classes: { ocf: { plugin: "ra/ocf", config: {} } }, parallelMax: 8 }),
          ...alertsAMinute === undefined ? [] : [alerts()],
        ],
      },
      { name: "stonithd", to: "cluster", machines: () => [stonithd()] },
      {
        name: "observer",
        to: "cluster",
        machines: () => [observer({
          writeEveryMs: options.writeEveryMs ?? 0,
          probeEveryMs: 0,
          worldUs: () => world.kernel.nowUs,
        })],
      },
      ...(options.programs === undefined
        ? []
        : [{ name: "programs", to: "cluster", machines: options.programs }]),
      {
        name: "cluster",
        to: "heartbeat",
        machines: () =>
          [
            ccm({ nodes, deadtimeMs }, { quorum: [majority] }),
            cib({ initial }),
            crmd(),
            tengine(),
            attrd(),
            history(),
            ...alertsAMinute === undefined
              ? []
              : [flooded(events() as Machine, alertsAMinute) as ReturnType<typeof events>],
          ].map((machine) => replace(machine as Machine)),
      },
    ],
    checkers: (world, fail) => [
      new CibChecker(world, fail),
      new ResourceChecker(world, fail, options.clones),
      ...options.checkers?.(world, fail) ?? [],
    ],
    ...(options.onObservation && { onObservation: options.onObservation }),
  });
}

/** Nodes on which a resource truly runs. */
export const whereRuns = (world: World, resource: string): string[] =>
  world.nodes.filter((node) => node.up && node.resources.has(resource)).map(({ name }) => name);
