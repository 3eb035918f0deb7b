/**
 * The policy engine against `crm_simulate` on inputs nobody wrote down: every regression case with
 * something that happens to its nodes, resources, tickets or quorum, or that is configured
 * otherwise (`variants/`), several such things at once (`mixed`), and clusters at random.
 *
 *     deno run --no-prompt --allow-read=.,../shared,/tmp --allow-write=/tmp \
 *       --allow-run=tar,python3,crm_simulate tests/interop/scheduler_variants.ts \
 *       [--each=N] [--mixed=N] [--random=N] [--every=N] [--kinds=KIND,...] [--seed=N]
 *       [--scores] [--failing] [--keep=DIR] [--inputs=DIR] [CASE...]
 *
 * For each case `--each` changes of each kind are tried and `--mixed` variants of two to four
 * changes. `--keep` keeps the inputs that differ, `--inputs` tries those of a folder instead. It
 * says so and ends well where cases or oracle are missing. What the oracle refuses as invalid, and
 * what it crashes at, is counted apart.
 *
 * @module
 */
import fc from "fast-check";
import { stringify } from "@std/xml";
import { simulateBatch } from "../../daemons/mgmtd/simulate/batch.ts";
import { readCib } from "../../daemons/mgmtd/simulate/read_cib.ts";
import { requestOf } from "../../daemons/mgmtd/simulate/request.ts";
import { editableCib } from "../../daemons/pengine/simulate/cib_edit.ts";
import { randomCib, randomCluster } from "../../daemons/pengine/testing/random_cib.ts";
import { compare, type Comparison } from "./scheduler_compare.ts";
import { casesAreThere, packs, shared, unpackCases } from "./scheduler_packs.ts";
import { type OracleOutcome, scheduledByOracle } from "./scheduler_oracle.ts";
import { draw } from "./variants/draw.ts";
import { type Change, changesOf } from "./variants/mod.ts";

/** Pins the time of inputs that do not say theirs, so that both engines see the same. */
const pinnedTimeS = 1_700_000_000;
/** Variants whose files are on the disk at once. */
const chunkMax = 400;
/** Longest line about a difference. */
const lineMaxChars = 260;

/** How the variants of a kind fared. */
interface Count {
  of: number;
  refused: number;
  crashed: number;
  graph: number;
  full: number;
  current: number;
  actions: number;
  executing: number;
  revised: number;
  scores: number;
}

/** A variant whose input is written. */
interface Variant {
  readonly name: string;
  readonly kind: string;
  readonly what: string;
}

if (!casesAreThere()) {
  console.log("Skipped: the cases are not there (../shared/scheduler/shown.tar.xz)");
  Deno.exit(0);
}
const failing = Deno.args.includes("--failing");
const withScores = Deno.args.includes("--scores");
const seed = textOf("seed") ?? "1";
const keep = textOf("keep");
const kinds = textOf("kinds")?.split(",");
const wanted = new Set(Deno.args.filter((arg) => !arg.startsWith("--")));
const folder = Deno.makeTempDirSync({ prefix: "scheduler_variants_" });
const counts = new Map<string, Count>();
try {
  await run();
} finally {
  Deno.removeSync(folder, { recursive: true });
}

async function run(): Promise<void> {
  await unpackCases(folder);
  let chunk: Variant[] = [];
  for (const variant of textOf("inputs") === undefined ? variants() : inputs(textOf("inputs")!)) {
    chunk.push(variant);
    if (chunk.length < chunkMax) continue;
    if (!await tryAll(chunk)) return;
    chunk = [];
  }
  if (!await tryAll(chunk)) return;
  const columns: readonly (keyof Count)[] = [
    "of",
    "refused",
    "crashed",
    "graph",
    "full",
    "current",
    "actions",
    "executing",
    "revised",
    "scores",
  ];
  console.log(["kind".padEnd(18), ...columns.map((name) => name.padStart(10))].join(""));
  const sum = [...counts.values()].reduce((before, count) => {
    for (const name of columns) before[name] += count[name];
    return before;
  }, noCount());
  for (const [kind, count] of [...counts, ["all", sum] as const]) {
    console.log(
      [kind.padEnd(18), ...columns.map((name) => String(count[name]).padStart(10))].join(""),
    );
  }
}

/** The variants, written as they are asked for. */
function* variants(): Generator<Variant> {
  Deno.mkdirSync(`${folder}/variants`, { recursive: true });
  const every = numberOf("every", 1);
  const cases = packs().flatMap((pack) => pack.cases)
    .filter((name, n) => wanted.size > 0 ? wanted.has(name) : n % every === 0);
  for (const name of cases) yield* variantsOf(name);
  const numRuns = numberOf("random", wanted.size > 0 ? 0 : 100);
  const clusters = numRuns === 0
    ? []
    : fc.sample(randomCluster, { numRuns, seed: Number.parseInt(seed) });
  for (const [n, cluster] of clusters.entries()) {
    const variant = { name: `${n}+random`, kind: "random", what: `seed ${seed}` };
    Deno.writeTextFileSync(`${folder}/variants/${variant.name}.xml`, randomCib(cluster));
    yield variant;
  }
}

function* variantsOf(name: string): Generator<Variant> {
  const cib = readCib(Deno.readTextFileSync(`${folder}/xml/${name}.xml`));
  if (typeof cib === "string") return;
  const changes = changesOf(editableCib(cib), pinnedTimeS - 60)
    .filter(({ kind }) => kinds === undefined || kinds.includes(kind));
  const byKind = Map.groupBy(changes, ({ kind }) => kind);
  const write = (kind: string, n: number, chosen: readonly Change[]): Variant => {
    const changed = editableCib(cib);
    changed.root.attributes["execution-date"] ??= String(pinnedTimeS);
    for (const change of chosen) change.apply(changed);
    const variant = {
      name: `${name}+${kind}+${n}`,
      kind,
      what: chosen.map(({ what }) => what).join("; "),
    };
    Deno.writeTextFileSync(`${folder}/variants/${variant.name}.xml`, stringify(changed.root));
    return variant;
  };
  for (const [kind, list] of byKind) {
    const some = draw(`${seed} ${name} ${kind}`).some(list, numberOf("each", 1));
    for (const [n, change] of some.entries()) yield write(kind, n, [change]);
  }
  const groups = [...byKind.values()];
  for (let n = 0; n < numberOf("mixed", 0); n++) {
    const lot = draw(`${seed} ${name} mixed ${n}`);
    const chosen = Array.from({ length: 2 + lot.below(3) }, () => {
      const group = groups[lot.below(groups.length)] ?? [];
      return lot.some(group, 1);
    }).flat();
    yield write("mixed", n, chosen);
  }
}

/** The inputs of a folder. */
function* inputs(from: string): Generator<Variant> {
  Deno.mkdirSync(`${folder}/variants`, { recursive: true });
  for (const { name } of [...Deno.readDirSync(from)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (!name.endsWith(".xml")) continue;
    const variant = name.slice(0, -".xml".length);
    if (wanted.size > 0 && !wanted.has(variant)) continue;
    Deno.copyFileSync(`${from}/${name}`, `${folder}/variants/${name}`);
    yield { name: variant, kind: variant.split("+")[1] ?? "input", what: "" };
  }
}

/** @returns false where there is no oracle. */
async function tryAll(chunk: readonly Variant[]): Promise<boolean> {
  const names = chunk.map(({ name }) => name);
  const outcomes = await scheduledByOracle(
    `${folder}/variants`,
    `${folder}/want`,
    names,
    withScores,
  );
  if (outcomes === undefined) {
    console.log("Skipped: crm_simulate is not installed");
    return false;
  }
  Deno.writeTextFileSync(`${folder}/names`, names.join("\n"));
  const call = requestOf({ options: {}, positionals: [] });
  if (typeof call === "string") throw new Error(call);
  simulateBatch(`${folder}/variants`, `${folder}/ours`, `${folder}/names`, call, {
    out: () => {},
    err: (text) => console.error(String(text).trimEnd()),
    ask: () => undefined,
  });
  const scheduled = names.filter((name) => outcomes.get(name) === "scheduled");
  const results = await compare(
    `${shared}/scheduler`,
    `${folder}/want`,
    `${folder}/ours`,
    scheduled,
  );
  for (const variant of chunk) tell(variant, outcomes.get(variant.name), results.get(variant.name));
  for (const made of ["variants", "want", "ours"]) {
    Deno.removeSync(`${folder}/${made}`, { recursive: true });
  }
  Deno.mkdirSync(`${folder}/variants`);
  return true;
}

function tell(
  { name, kind, what }: Variant,
  outcome: OracleOutcome | undefined,
  result: Comparison | undefined,
): void {
  const count = counts.get(kind) ?? noCount();
  counts.set(kind, count);
  count.of++;
  if (outcome === "refused") count.refused++;
  if (outcome === "crashed") count.crashed++;
  if (result === undefined) return;
  count.graph += Number(result.dot && result.graph);
  count.full += Number(result.full);
  for (const part of ["current", "actions", "executing", "revised", "scores"] as const) {
    count[part] += Number(result[part]);
  }
  if (result.differences.length === 0) return;
  if (keep !== undefined) {
    Deno.mkdirSync(keep, { recursive: true });
    Deno.copyFileSync(`${folder}/variants/${name}.xml`, `${keep}/${name}.xml`);
  }
  if (!failing) return;
  console.log(`${name}: ${what}`);
  for (const difference of result.differences) {
    console.log(`    ${difference.slice(0, lineMaxChars)}`);
  }
}

function noCount(): Count {
  return {
    of: 0,
    refused: 0,
    crashed: 0,
    graph: 0,
    full: 0,
    current: 0,
    actions: 0,
    executing: 0,
    revised: 0,
    scores: 0,
  };
}

function textOf(option: string): string | undefined {
  return Deno.args.find((arg) => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
}

function numberOf(option: string, otherwise: number): number {
  const given = textOf(option);
  return given === undefined ? otherwise : Number(given);
}
