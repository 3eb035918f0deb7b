/**
 * CIBs through the policy engine: what must hold of every graph is checked, and where there is an
 * oracle the graphs are compared with its own. What differs is shrunk to the fewest elements, and
 * printed with both summaries.
 *
 *     deno task fuzz engine [COUNT] [--seed N] [--source wide|narrow|cases] [--most N] [--file CIB]
 *         [--count-only]
 *
 * `wide` makes clusters from all elements of the configuration language (`engine/cluster.ts`),
 * `narrow` from the plain ones, `cases` changes the regression cases where they are there.
 * `--most` bounds the differences that are shrunk; `--file` judges and shrinks one CIB instead.
 * With `--count-only` nothing is shrunk: each CIB that differs is named.
 *
 * `PACEMAKER_ROOT` names a folder with a system that has `crm_simulate` 3.x; see `oracle3.ts`.
 *
 * @module
 */
import { type Finding, isWrong, judge } from "./engine/difference.ts";
import { shrunk } from "./engine/shrink.ts";
import { type Candidate, sourceOf } from "./engine/sources.ts";
import { findOracle } from "./oracle3.ts";

/** CIBs that are judged at once. */
const batchMax = 50;

const args = [...Deno.args];
const seed = Number(option("seed") ?? Math.floor(Date.now() / 1000));
const source = option("source") ?? "wide";
const differencesMax = Number(option("most") ?? "10");
const file = option("file");
const countOnly = args.includes("--count-only");
const count = Number(args.find((arg) => /^\d+$/.test(arg)) ?? "1000");

const oracle = await findOracle();
console.log(
  oracle === undefined
    ? "No crm_simulate 3.x: only what must hold of every graph is checked."
    : `Compared with crm_simulate ${oracle.version}`,
);
const tally = new Map<string, number>();
let tried = 0, wrong = 0;
try {
  if (file === undefined) await search();
  else await report({ name: file, cib: Deno.readTextFileSync(file) });
} finally {
  oracle?.close();
}
console.log(
  `${tried} of ${source} from seed ${seed}: ` +
    [...tally].map(([kind, times]) => `${times} ${kind}`).join(", "),
);
Deno.exitCode = wrong === 0 ? 0 : 1;

async function search(): Promise<void> {
  const candidates = sourceOf(source, seed, oracle);
  let batch: Candidate[] = [];
  for await (const candidate of candidates) {
    batch.push(candidate);
    if (tried + batch.length < count && batch.length < batchMax) continue;
    await judgeBatch(batch);
    batch = [];
    if (tried >= count || (!countOnly && wrong >= differencesMax)) return;
  }
  await judgeBatch(batch);
}

async function judgeBatch(batch: readonly Candidate[]): Promise<void> {
  const findings = await judge(batch.map(({ cib }) => cib), oracle);
  tried += batch.length;
  for (const [n, finding] of findings.entries()) {
    const key = finding.kind === "known" ? `known (${finding.text})` : finding.kind;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    if (!isWrong(finding)) continue;
    wrong++;
    if (countOnly) console.log(`${batch[n]!.name}: ${finding.kind}`);
    else if (wrong <= differencesMax) await report(batch[n]!, finding);
  }
}

/** Shrinks what is wrong, and prints it. */
async function report(candidate: Candidate, known?: Finding): Promise<void> {
  const finding = known ?? (await judge([candidate.cib], oracle))[0]!;
  console.log(`\n=== ${candidate.name}: ${finding.kind}`);
  if (!isWrong(finding)) return console.log(finding.text);
  const startedMs = performance.now();
  const small = await shrunk(
    candidate.cib,
    async (cibs) => (await judge(cibs, oracle)).map(({ kind }) => kind === finding.kind),
  );
  const [left] = await judge([small], oracle);
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${left?.text}\n--- shrunk in ${tookS} s\n${small}`);
}

/** The value of an option, which is taken out of the arguments. */
function option(name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}
