/**
 * What a plugin's test would do: which permissions its tests want, and with which example
 * configuration it opens the plugin. Read like a manifest, in a child that may do nothing: the
 * tests register, none runs.
 *
 * @module
 */
import { ask } from "../../../site/consent/ask.ts";
import { graphsOf } from "../../../site/consent/graph.ts";
import { permissionNames } from "../../../../metadata/manifest.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import type { Places } from "./places.ts";

/** What a test plans. */
export interface Plan {
  /** All that its tests want together. */
  readonly permissions: Permissions;
  /** The first example configuration that `conform` is given. */
  readonly config: unknown;
  /** The agent that is given with it, and the agent's parameters, of a test of kind `ra`. */
  readonly given: unknown;
}

/** Reads the plan of the `mod_test.ts` in a folder. */
export async function planOf(folder: URL, places: Places): Promise<Plan> {
  const test = new URL("mod_test.ts", folder);
  const [graph] = await graphsOf([test], places);
  const { files = [], packages = [], problems = [] } = graph ?? {};
  if (problems.length > 0) throw new Error(`Cannot read ${test.href}: ${problems.join("; ")}`);
  const modules: Record<string, string> = {};
  for (const file of files) modules[file] = await Deno.readTextFile(new URL(file));
  const entry = new URL("plan_of_mod_test.ts", folder);
  modules[entry.href] = program;
  const planned = await ask(entry, { modules, packages }, places);
  const { wanted = [], config, given } = planned as {
    readonly wanted?: readonly unknown[];
    readonly config?: unknown;
    readonly given?: unknown;
  };
  const permissions: Record<string, string[]> = {};
  for (const one of wanted) {
    if (typeof one !== "object" || one === null) continue;
    for (const name of permissionNames) {
      const entries: unknown = Reflect.get(one, name);
      if (!Array.isArray(entries)) continue;
      permissions[name] = [...new Set([...permissions[name] ?? [], ...entries.map(String)])];
    }
  }
  return { permissions, config, given };
}

/** Registers the tests of a plugin without running them, and gives what they plan. */
const program = `const wanted = [];
const test = (...parts) => {
  for (const part of parts) if (typeof part === "object") wanted.push(part.permissions ?? null);
};
Object.assign(test, { ignore() {}, only: test, beforeAll() {}, beforeEach() {}, afterAll() {}, afterEach() {} });
Object.defineProperty(Deno, "test", { value: test });
await import("./mod_test.ts");
const { agent, parameters } = globalThis[Symbol.for("pils.given")] ?? {};
export default { wanted, config: globalThis[Symbol.for("pils.example")], given: { agent, parameters } };
`;
