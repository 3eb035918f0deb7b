/**
 * Where the CIBs come from that the fuzzer judges.
 *
 * @module
 */
import fc from "fast-check";
import { stringify } from "@std/xml";
import { Random } from "../../../daemons/runtime/random.ts";
import { readCib } from "../../../daemons/mgmtd/simulate/read_cib.ts";
import { editableCib } from "../../../daemons/pengine/simulate/cib_edit.ts";
import { randomCib, randomCluster } from "../../../daemons/pengine/testing/random_cib.ts";
import { casesAreThere, unpackCases } from "../../interop/scheduler_packs.ts";
import { find } from "../../interop/variants/change.ts";
import { changesOf } from "../../interop/variants/mod.ts";
import type { Oracle } from "../oracle3.ts";
import { nowS, wideCib } from "./cluster.ts";

/** A CIB to judge, and how to get it again. */
export interface Candidate {
  readonly name: string;
  readonly cib: string;
}

/** An endless stream of CIBs. */
export function sourceOf(
  source: string,
  seed: number,
  oracle: Oracle | undefined,
): AsyncIterable<Candidate> | Iterable<Candidate> {
  switch (source) {
    case "wide":
      return wide(seed);
    case "narrow":
      return narrow(seed);
    case "cases":
      return changedCases(seed, oracle);
    default:
      throw new Error(`No source "${source}": expected wide, narrow or cases`);
  }
}

function* wide(seed: number): Generator<Candidate> {
  for (let n = 0;; n++) {
    yield { name: `wide, seed ${seed + n}`, cib: wideCib(new Random(seed + n)) };
  }
}

function* narrow(seed: number): Generator<Candidate> {
  for (let n = 0;; n++) {
    const [cluster] = fc.sample(randomCluster, { numRuns: 1, seed: seed + n });
    const cib = randomCib(cluster!).replace(
      "<cib ",
      `<cib crm_feature_set="3.20.1" execution-date="${nowS}" `,
    ).replace("pacemaker-3.8", "pacemaker-4.0").replace("stonith-enabled", "fencing-enabled");
    yield { name: `narrow, seed ${seed + n}`, cib };
  }
}

/** Changes of one regression case after the other, round and round. */
async function* changedCases(seed: number, oracle?: Oracle): AsyncGenerator<Candidate> {
  if (!casesAreThere("3.0.2")) {
    console.log("Skipped: the cases are not there (../shared/scheduler/shown3.tar.xz)");
    return;
  }
  const cases = await readCases(oracle);
  for (let n = seed;; n++) {
    const random = new Random(n);
    const [name, text] = random.pick(cases);
    const cib = readCib(text);
    if (typeof cib === "string") continue;
    const changed = editableCib(cib);
    changed.root.attributes["execution-date"] ??= String(nowS);
    const kinds = Map.groupBy(changesOf(changed, nowS - 60), ({ kind }) => kind);
    const told: string[] = [];
    for (let change = random.between(1, 2); change > 0; change--) {
      const chosen = random.pick(kinds.get(random.pick([...kinds.keys()]))!);
      chosen.apply(changed);
      told.push(chosen.what);
    }
    for (const element of find(changed.root, "op", "rule", "resource_set", "rsc_location")) {
      renameRoles(element.attributes);
    }
    for (const element of find(changed.root, "rsc_colocation", "rsc_ticket", "nvpair")) {
      renameRoles(element.attributes);
    }
    yield { name: `case ${name}, seed ${n}: ${told.join("; ")}`, cib: stringify(changed.root) };
  }
}

/** The changes use the names of roles that all versions know. */
function renameRoles(attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === "Master") attributes[name] = "Promoted";
    if (value === "Slave") attributes[name] = "Unpromoted";
  }
}

/** The cases by name, in the language of the newest schema where the oracle can say it. */
async function readCases(oracle?: Oracle): Promise<readonly (readonly [string, string])[]> {
  const folder = Deno.makeTempDirSync({ prefix: "engine_cases_" });
  try {
    await unpackCases(folder, "3.0.2");
    const names = [...Deno.readDirSync(`${folder}/xml`)].map(({ name }) => name).sort();
    const read: [string, string][] = [];
    for (const name of names) {
      const text = Deno.readTextFileSync(`${folder}/xml/${name}`);
      // What it writes holds the connections that guests and bundles imply, as if written down.
      const plain = !/remote-node|<bundle/.test(text);
      const newest = plain ? await oracle?.upgraded(text) : undefined;
      read.push([name.replace(".xml", ""), newest ?? text]);
    }
    return read;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
