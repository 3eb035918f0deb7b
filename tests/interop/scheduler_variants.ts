/**
 * The policy engine against `crm_simulate` on inputs nobody wrote down: every regression case
 * with a node that fails, a node that leaves, and a resource that fails, and clusters at random.
 *
 *     deno run --no-prompt --allow-read=.,../shared,/tmp --allow-write=/tmp \
 *       --allow-run=tar,python3,crm_simulate tests/interop/scheduler_variants.ts \
 *       [--failing] [--every=N] [--random=N] [--seed=N] [NAME...]
 *
 * With `--every=N` only every Nth case; with `--random=N` so many random clusters. It says so and ends well where cases or oracle are missing.
 *
 * @module
 */
import fc from "fast-check";
import { stringify, type XmlElement } from "../../metadata/xml/mod.ts";
import { simulateBatch } from "../../daemons/mgmtd/simulate/batch.ts";
import { readCib } from "../../daemons/mgmtd/simulate/one.ts";
import { requestOf } from "../../daemons/mgmtd/simulate/request.ts";
import { editableCib } from "../../daemons/pengine/simulate/cib_edit.ts";
import { inject, type Injections } from "../../daemons/pengine/simulate/inject.ts";
import { randomCib, randomCluster } from "../../daemons/pengine/random_cib.ts";
import { compare } from "./scheduler_compare.ts";
import { casesAreThere, packs, shared, unpackCases } from "./scheduler_packs.ts";
import { scheduledByOracle } from "./scheduler_oracle.ts";

/** Pins the time of inputs that do not say theirs, so that both engines see the same. */
const pinnedTimeS = 1_700_000_000;

if (!casesAreThere()) {
  console.log("Skipped: the cases are not there (../shared/scheduler/shown.tar.xz)");
  Deno.exit(0);
}
const failing = Deno.args.includes("--failing");
const every = numberOf("every", 1);
const wanted = new Set(Deno.args.filter((arg) => !arg.startsWith("--")));
const folder = Deno.makeTempDirSync({ prefix: "scheduler_variants_" });
try {
  await run();
} finally {
  Deno.removeSync(folder, { recursive: true });
}

async function run(): Promise<void> {
  await unpackCases(folder);
  const cases = packs().flatMap((pack) => pack.cases)
    .filter((name, n) => wanted.size > 0 ? wanted.has(name) : n % every === 0);
  Deno.mkdirSync(`${folder}/variants`, { recursive: true });
  const names = [...cases.flatMap(writeVariants), ...writeRandom()];
  if (!await scheduledByOracle(`${folder}/variants`, `${folder}/want`, names)) {
    console.log("Skipped: crm_simulate is not installed");
    return;
  }
  Deno.writeTextFileSync(`${folder}/names`, names.join("\n"));
  const call = requestOf({ options: {}, positionals: [] });
  if (typeof call === "string") throw new Error(call);
  simulateBatch(`${folder}/variants`, `${folder}/ours`, `${folder}/names`, call, {
    out: () => {},
    err: (text) => console.error(text.trimEnd()),
    ask: () => undefined,
  });
  const results = await compare(`${shared}/scheduler`, `${folder}/want`, `${folder}/ours`, names);
  console.log("variant      cases  dot+graph  full  current  actions  executing  revised");
  for (const kind of ["node_fails", "node_leaves", "operation_fails", "random"]) {
    const of = [...results].filter(([name]) => name.endsWith(`+${kind}`)).map(([, one]) => one);
    const count = (test: (one: typeof of[number]) => boolean): string =>
      String(of.filter(test).length);
    console.log([
      kind.padEnd(15),
      String(of.length).padStart(3),
      count((one) => one.dot && one.graph).padStart(11),
      count((one) => one.full).padStart(6),
      count((one) => one.current).padStart(9),
      count((one) => one.actions).padStart(9),
      count((one) => one.executing).padStart(11),
      count((one) => one.revised).padStart(9),
    ].join(""));
  }
  if (!failing) return;
  for (const [name, { differences }] of results) {
    if (differences.length === 0) continue;
    console.log(name);
    for (const difference of differences) console.log(`    ${difference}`);
  }
}

function numberOf(option: string, otherwise: number): number {
  const given = Deno.args.find((arg) => arg.startsWith(`--${option}=`));
  return given === undefined ? otherwise : Number(given.slice(option.length + 3));
}

/** Writes the variants of a case. @returns their names. */
function writeVariants(name: string): readonly string[] {
  const cib = readCib(Deno.readTextFileSync(`${folder}/xml/${name}.xml`));
  if (typeof cib === "string") return [];
  const nodes = elements(cib, "nodes", "node").flatMap(({ attributes }) => attributes.uname ?? []);
  const last = nodes.at(-1);
  const first = nodes[0];
  const active = activeOperation(cib);
  const variants: [string, Injections][] = [
    ...(last === undefined
      ? []
      : [["node_fails", { nodesFailed: [last] }] as [string, Injections]]),
    ...(first === undefined || nodes.length < 2
      ? []
      : [["node_leaves", { nodesDown: [first] }] as [string, Injections]]),
    ...(active === undefined
      ? []
      : [["operation_fails", { operations: [active.spec] }] as [string, Injections]]),
  ];
  return variants.map(([kind, injections]) => {
    const changed = editableCib(cib);
    changed.root.attributes["execution-date"] ??= String(pinnedTimeS);
    inject(changed, injections, () => active?.agent, pinnedTimeS - 60);
    Deno.writeTextFileSync(`${folder}/variants/${name}+${kind}.xml`, stringify(changed.root));
    return `${name}+${kind}`;
  });
}

/** Writes random clusters. @returns their names. */
function writeRandom(): readonly string[] {
  const numRuns = numberOf("random", wanted.size > 0 ? 0 : 100);
  const clusters = numRuns === 0
    ? []
    : fc.sample(randomCluster, { numRuns, seed: numberOf("seed", 1) });
  return clusters.map((cluster, n) => {
    Deno.writeTextFileSync(`${folder}/variants/${n}+random.xml`, randomCib(cluster));
    return `${n}+random`;
  });
}

/** The first resource that history says was started somewhere. */
function activeOperation(cib: XmlElement) {
  for (const state of elements(cib, "status", "node_state")) {
    for (const resource of elements(state, "lrm_resources", "lrm_resource")) {
      const { id, class: agentClass, provider, type } = resource.attributes;
      const started = resource.children.some((item) =>
        item.type === "element" && item.attributes.operation === "start" &&
        item.attributes["rc-code"] === "0"
      );
      if (!started || id === undefined || agentClass === undefined || type === undefined) continue;
      return {
        spec: `${id}_monitor_10000@${state.attributes.uname}=1`,
        agent: { class: agentClass, ...(provider === undefined ? {} : { provider }), type },
      };
    }
  }
  return undefined;
}

/** The elements of a name in the first section of that name, at any depth. */
function elements(from: XmlElement, section: string, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const walk = (element: XmlElement, inside: boolean): void => {
    for (const item of element.children) {
      if (item.type !== "element") continue;
      if (inside && item.name.local === name) found.push(item);
      else walk(item, inside || item.name.local === section);
    }
  };
  walk(from, false);
  return found;
}
