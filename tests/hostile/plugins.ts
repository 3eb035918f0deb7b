/**
 * Hostile plugins as somebody would have written them: folders with a manifest, and their handler.
 *
 * @module
 */

/** The handler of the kind that attacks. */
export const handlerModule = `export default () => ({
  contract: () => ({
    api: "hostile/1", oldest: 1, methods: ["attack"], optional: ["close"], deadlinesMs: {},
  }),
  register() {},
  unregister() {},
});
`;

const fields = `[
  { fieldname: "secret", basictype: "string" },
  { fieldname: "mark", basictype: "string" },
  { fieldname: "folder", basictype: "string" },
  { fieldname: "port", basictype: "integer" },
]`;

/** Writes a plugin into its folder. */
export async function writePlugin(
  folder: URL,
  { kind, name, permissions }: { kind: string; name: string; permissions: object },
  module: string,
): Promise<void> {
  const manifest = `export default {
  kind: "${kind}",
  name: "${name}",
  version: "1.0.0",
  api: "${kind}/1",
  summary: { en: "Attacks" },
  config: ${kind === "handler" ? "[]" : fields},
  permissions: ${JSON.stringify(permissions)},
  license: "MIT",
};
`;
  await Deno.writeTextFile(new URL("manifest.ts", folder), manifest);
  await Deno.writeTextFile(new URL("mod.ts", folder), module);
}

/** The name of an attack, as that of a plugin. */
export function identifier(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").slice(0, 40);
}
