/**
 * Writes hostile plugins as a third party would: folders with a manifest, and their handler.
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

/** The fields of a plugin that attacks: what there is to be had. */
export const surroundingsFields = `[
  { fieldname: "secret", basictype: "string" },
  { fieldname: "mark", basictype: "string" },
  { fieldname: "folder", basictype: "string" },
  { fieldname: "port", basictype: "integer" },
]`;

/** A plugin to be written. */
export interface Written {
  readonly kind: string;
  readonly name: string;
  /** Its fields, as its manifest has them. */
  readonly config: string;
  readonly permissions: object;
  /** Text by name; `manifest.ts` is made. */
  readonly files: Readonly<Record<string, string>>;
}

/** Writes a plugin into its folder below `root`, and gives that. */
export async function writePlugin(
  root: URL,
  { kind, name, config, permissions, files }: Written,
): Promise<URL> {
  const folder = new URL(`${kind}/${name}/`, root);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const manifest = `export default {
  kind: "${kind}",
  name: "${name}",
  version: "1.0.0",
  api: "${kind}/1",
  summary: { en: "Attacks" },
  config: ${config},
  permissions: ${JSON.stringify(permissions)},
  license: "MIT",
};
`;
  for (const [file, text] of Object.entries({ ...files, "manifest.ts": manifest })) {
    await Deno.writeTextFile(new URL(file, folder), text);
  }
  return folder;
}

/** The name of an attack, as that of a plugin. */
export function identifier(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").slice(0, 40);
}
