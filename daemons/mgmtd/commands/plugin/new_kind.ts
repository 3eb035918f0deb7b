/**
 * The files of a new kind: its handler with contract and conformance suite, and a first plugin.
 *
 * @module
 */

/** Writes `handler/KIND/` and `KIND/first/`. */
export async function writeKind(kind: string, handler: URL, first: URL): Promise<void> {
  const type = kind.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const files: readonly (readonly [URL, string, string])[] = [
    [handler, "contract.ts", contract(kind, type)],
    [handler, "manifest.ts", manifest("handler", kind, `Manages plugins of kind ${kind}`)],
    [handler, "mod.ts", handlerModule(kind, type)],
    [handler, "conformance.ts", conformance(kind, type)],
    [handler, "mod_test.ts", handlerTest(kind)],
    [handler, "README.md", readme(kind)],
    [first, "manifest.ts", manifest(kind, "first", "Answers with the text that it receives")],
    [first, "mod.ts", firstModule(kind, type)],
    [first, "mod_test.ts", firstTest(kind)],
    [first, "README.md", `# ${kind}/first\n\nThe first plugin of kind \`${kind}\`.\n`],
  ];
  for (const folder of [handler, first]) await Deno.mkdir(folder, { recursive: true });
  for (const [folder, name, text] of files) await Deno.writeTextFile(new URL(name, folder), text);
}

const manifest = (kind: string, name: string, summary: string) =>
  `import { define } from "@pils/cluster/pils/manifest.ts";

/** ${summary}. */
export default define({
  kind: "${kind}",
  name: "${name}",
  version: "1.0.0",
  api: "${kind}/1",
  summary: { en: "${summary}" },
  config: [],
  permissions: {},
  license: "MIT",
});
`;

const contract = (kind: string, type: string) =>
  `/**
 * The contract of kind \`${kind}\`, version \`${kind}/1\`.
 *
 * @module
 */

/** The methods. They take and give plain data, and may return a promise. */
export interface ${type} {
  /** Says units, errors and bounds of each method here. */
  answer(text: string): string | Promise<string>;
}
`;

const handlerModule = (kind: string, type: string) =>
  `/**
 * The handler of kind \`${kind}\`.
 *
 * @module
 */
import { handler } from "@pils/cluster/pils/handler.ts";
import type { ${type} } from "./contract.ts";

export default handler<${type}>("${kind}/1", { answer: "required" });
`;

const conformance = (kind: string, type: string) =>
  `/**
 * What every plugin of kind \`${kind}\` must keep.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "@pils/cluster/plugins/handler/conformance.ts";
import type { ${type} } from "./contract.ts";

/** The numbered clauses. */
export const clauses: readonly Clause<${type}>[] = [
  {
    id: "${kind.toUpperCase()}1",
    says: "it answers",
    async check(trial) {
      await using opened = await trial.open();
      assert.equal(typeof await opened.api.answer("ping"), "string");
    },
  },
];
`;

const handlerTest = (kind: string) =>
  `import assert from "node:assert/strict";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

Deno.test("handler/${kind} says what its plugins must offer", { permissions: "none" }, async () => {
  const { contract } = await plugin({}, { emit() {}, log() {} });
  assert.equal((await contract()).api, "${kind}/1");
  assert.equal(manifest.name, "${kind}");
});
`;

const firstModule = (kind: string, type: string) =>
  `/**
 * The first plugin of kind \`${kind}\`.
 *
 * @module
 */
import type { Plugin } from "@pils/cluster/pils/plugin.ts";
import type { ${type} } from "../../handler/${kind}/contract.ts";
import type manifest from "./manifest.ts";

const first: Plugin<typeof manifest, ${type}> = () => ({
  answer: (text) => text,
});

export default first;
`;

const firstTest = (kind: string) =>
  `import { conform } from "@pils/cluster/plugins/handler/conform.ts";
import { clauses } from "../../handler/${kind}/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: {} });
`;

const readme = (kind: string) =>
  `# handler/${kind}

A kind of plugins. Say here what they are for.

- \`contract.ts\`: the methods, with units, errors and bounds. Types only: programs import it.
- \`conformance.ts\`: the numbered clauses that every plugin of the kind runs in its \`mod_test.ts\`.
- \`mod.ts\`: which methods a plugin must have; the compiler compares it with the contract.

\`${kind}/first\` beside it is a first plugin. A program loads it with
\`loader.load<...>("${kind}/first")\` once both are in the lock: \`ha plugin add\` takes both folders.
`;
