/**
 * What a kind says of itself: its contract, and the clauses that its plugins keep. Its code is run in
 * a child that may do nothing.
 *
 * @module
 */
import { z } from "zod";
import { ask } from "../../../site/consent/ask.ts";
import { graphsOf } from "../../../site/consent/graph.ts";
import type { Contract } from "../../../../pils/handler.ts";
import type { Places } from "./places.ts";

/** A kind, as its folder describes it. */
export interface Kind {
  readonly contract: Contract;
  /** Text of `contract.ts`. */
  readonly types: string;
  readonly clauses: readonly { readonly id: string; readonly says: string }[];
}

const said = z.object({
  contract: z.object({
    api: z.string(),
    oldest: z.number(),
    methods: z.array(z.string()),
    optional: z.array(z.string()),
    deadlinesMs: z.record(z.string(), z.number()),
  }),
  clauses: z.array(z.object({ id: z.string(), says: z.string() })),
});

/** Reads the kind whose handler is in a folder. */
export async function readKind(handler: URL, places: Places): Promise<Kind> {
  const entries = ["mod.ts", "conformance.ts"].map((name) => new URL(name, handler));
  const modules: Record<string, string> = {};
  const packages = new Set<string>();
  for (const graph of await graphsOf(entries, places)) {
    if (graph.problems.length > 0) throw new Error(graph.problems.join("; "));
    for (const file of graph.files) modules[file] ??= await Deno.readTextFile(new URL(file));
    for (const name of graph.packages) packages.add(name);
  }
  const entry = new URL("kind_of_handler.ts", handler);
  modules[entry.href] = program;
  const answer = said.parse(await ask(entry, { modules, packages: [...packages] }, places));
  return { ...answer, types: await Deno.readTextFile(new URL("contract.ts", handler)) };
}

const program = `import open from "./mod.ts";
import { clauses } from "./conformance.ts";
const { contract } = await open({}, { emit() {}, log() {} });
export default {
  contract: await contract(),
  clauses: clauses.map(({ id, says }) => ({ id, says })),
};
`;
