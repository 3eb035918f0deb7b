/**
 * Mutated CIBs through the policy engine: elements and attributes deleted, doubled, swapped,
 * emptied, filled with nonsense. None may throw, none may take longer than its bound; where the
 * original accepts a mutation as valid, the graphs are compared with its own.
 *
 *     deno run --no-prompt --allow-read=.,../shared,/tmp --allow-write=/tmp \
 *       --allow-run=tar,python3,crm_simulate tests/fuzz/cib_fuzz.ts \
 *       [--count=N] [--seed=N] [--compare] [--keep=DIR]
 *
 * With `--compare` each mutation is given to `crm_simulate` too. A mutation is named by its seed.
 *
 * @module
 */
import { stringify } from "@std/xml";
import { simulateBatch } from "../../daemons/mgmtd/simulate/batch.ts";
import { readCib } from "../../daemons/mgmtd/simulate/read_cib.ts";
import { requestOf } from "../../daemons/mgmtd/simulate/request.ts";
import {
  type EditableCib,
  editableCib,
  type EditableElement,
} from "../../daemons/pengine/simulate/cib_edit.ts";
import { simulate } from "../../daemons/pengine/simulate/simulation.ts";
import { compare } from "../interop/scheduler_compare.ts";
import { scheduledByOracle } from "../interop/scheduler_oracle.ts";
import { casesAreThere, packs, shared, unpackCases } from "../interop/scheduler_packs.ts";
import { type Draw, draw } from "../interop/variants/draw.ts";

/** Pins the time of inputs that do not say theirs. */
const pinnedTimeS = 1_700_000_000;
/** Milliseconds that one mutation may take on a loaded machine. */
const boundMs = 20_000;
/** Mutations whose files are on the disk at once. */
const chunkMax = 200;

const nonsense = ["", "-1", "INFINITY", "99999999999999999999", "no", "\u{1F4A5}", "a b", "0x10"];

if (!casesAreThere()) {
  console.log("Skipped: the cases are not there (../shared/scheduler/shown.tar.xz)");
  Deno.exit(0);
}
const count = Number(textOf("count") ?? 1000);
const seed = textOf("seed") ?? "1";
const keep = textOf("keep");
const folder = Deno.makeTempDirSync({ prefix: "cib_fuzz_" });
const tally = {
  tried: 0,
  thrown: 0,
  slow: 0,
  slowestMs: 0,
  refused: 0,
  crashed: 0,
  compared: 0,
  dotAndGraph: 0,
  full: 0,
};
try {
  await run();
} finally {
  Deno.removeSync(folder, { recursive: true });
}
Deno.exit(tally.thrown + tally.slow === 0 ? 0 : 1);

async function run(): Promise<void> {
  await unpackCases(folder);
  Deno.mkdirSync(`${folder}/mutated`);
  const cases = packs().flatMap((pack) => pack.cases);
  let names: string[] = [];
  for (let n = 0; n < count; n++) {
    const name = cases[n % cases.length]!;
    const lot = draw(`${seed} ${name} ${n}`);
    const cib = readCib(Deno.readTextFileSync(`${folder}/xml/${name}.xml`));
    if (typeof cib === "string") continue;
    const changed = editableCib(cib);
    changed.root.attributes["execution-date"] ??= String(pinnedTimeS);
    for (let times = 1 + lot.below(3); times > 0; times--) mutate(changed, lot);
    const id = `${name}+${seed}+${n}`;
    Deno.writeTextFileSync(`${folder}/mutated/${id}.xml`, stringify(changed.root));
    attempt(id);
    names.push(id);
    if (names.length < chunkMax) continue;
    await compareAll(names);
    names = [];
  }
  await compareAll(names);
  console.log(JSON.stringify({ ...tally, slowestMs: Math.round(tally.slowestMs) }));
}

/** Schedules and plays one mutation. */
function attempt(id: string): void {
  tally.tried++;
  const from = performance.now();
  try {
    const cib = readCib(Deno.readTextFileSync(`${folder}/mutated/${id}.xml`));
    if (typeof cib !== "string") simulate({ cib, nowS: pinnedTimeS, depth: "simulate" });
  } catch (error) {
    tally.thrown++;
    save(id);
    console.log(`FAILED ${id}: ${error instanceof Error ? error.stack : error}`);
  }
  const tookMs = performance.now() - from;
  tally.slowestMs = Math.max(tally.slowestMs, tookMs);
  if (tookMs <= boundMs) return;
  tally.slow++;
  save(id);
  console.log(`FAILED ${id}: took ${Math.round(tookMs)} ms`);
}

async function compareAll(names: readonly string[]): Promise<void> {
  if (Deno.args.includes("--compare") && names.length > 0) await compareWithOracle(names);
  Deno.removeSync(`${folder}/mutated`, { recursive: true });
  Deno.mkdirSync(`${folder}/mutated`);
}

async function compareWithOracle(names: readonly string[]): Promise<void> {
  const outcomes = await scheduledByOracle(`${folder}/mutated`, `${folder}/want`, names);
  if (outcomes === undefined) {
    console.log("Not compared: crm_simulate is not installed");
    return;
  }
  const accepted = names.filter((name) => outcomes.get(name) === "scheduled");
  for (const outcome of outcomes.values()) {
    if (outcome === "refused") tally.refused++;
    if (outcome === "crashed") tally.crashed++;
  }
  Deno.writeTextFileSync(`${folder}/names`, accepted.join("\n"));
  const call = requestOf({ options: {}, positionals: [] });
  if (typeof call === "string") throw new Error(call);
  simulateBatch(`${folder}/mutated`, `${folder}/ours`, `${folder}/names`, call, {
    out: () => {},
    err: (text) => console.error(String(text).trimEnd()),
    ask: () => undefined,
  });
  const results = await compare(
    `${shared}/scheduler`,
    `${folder}/want`,
    `${folder}/ours`,
    accepted,
  );
  for (const [name, { dot, graph, full }] of results) {
    tally.compared++;
    tally.dotAndGraph += Number(dot && graph);
    tally.full += Number(full);
    if (!dot || !graph) save(name);
  }
}

function save(id: string): void {
  if (keep === undefined) return;
  Deno.mkdirSync(keep, { recursive: true });
  Deno.copyFileSync(`${folder}/mutated/${id}.xml`, `${keep}/${id}.xml`);
}

/** Changes one thing, anywhere below the outermost element. */
function mutate({ root }: EditableCib, lot: Draw): void {
  const parents: EditableElement[] = [];
  const walk = (element: EditableElement): void => {
    parents.push(element);
    for (const item of element.children) if (item.type === "element") walk(item);
  };
  walk(root);
  const parent = parents[lot.below(parents.length)]!;
  const { children } = parent;
  const at = lot.below(children.length);
  const one = children[at];
  if (one?.type !== "element" || lot.below(2) === 0) return mutateAttribute(parent, lot);
  switch (lot.below(3)) {
    case 0:
      children.splice(at, 1);
      return;
    case 1:
      children.splice(at, 0, one);
      return;
    default: {
      const other = lot.below(children.length);
      children[at] = children[other]!;
      children[other] = one;
    }
  }
}

function mutateAttribute({ attributes }: EditableElement, lot: Draw): void {
  const names = Object.keys(attributes);
  const name = names[lot.below(names.length)];
  if (name === undefined || name === "execution-date" || name === "crm_feature_set") return;
  const other = names[lot.below(names.length)]!;
  switch (lot.below(3)) {
    case 0:
      delete attributes[name];
      return;
    case 1:
      attributes[name] = nonsense[lot.below(nonsense.length)]!;
      return;
    default: {
      const value = attributes[name]!;
      attributes[name] = attributes[other]!;
      attributes[other] = value;
    }
  }
}

function textOf(option: string): string | undefined {
  return Deno.args.find((arg) => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
}
