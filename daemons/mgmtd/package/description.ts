/**
 * What the `package.json` of a plugin says: the package of npm that it is, and the plugin in it.
 *
 * @module
 */
import { z } from "zod";
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import type { Manifest } from "../../../metadata/manifest.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { PackageFile } from "./archive.ts";
import { descriptionBytesMax } from "./limits.ts";

/** Name of the file. */
export const descriptionName = "package.json";

/** A name of npm: `name` or `@scope/name`. */
const nameOfNpm = /^(?:@[a-z0-9][a-z0-9._-]{0,99}\/)?[a-z0-9][a-z0-9._-]{0,99}$/;
/** A version as semver writes it. */
const version = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][0-9A-Za-z.+-]{1,60})?$/;
const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);

const schema = z.object({
  name: z.string().regex(nameOfNpm),
  version: z.string().regex(version),
  pils: z.object({ kind: word, name: word }),
  dependencies: z.record(z.string(), z.string()).optional(),
});

/** The part that is read. */
export type Description = z.infer<typeof schema>;

/**
 * Reads it.
 * @param packages that the project has, by name: a plugin may use these and no others
 * @throws {DiagnosticError} with all that is wrong with it
 */
export function readDescription(
  files: readonly PackageFile[],
  packages: readonly string[],
  name: string,
): Description {
  const wrong = (what: string, why: string) => {
    const fix = "make the package with: ha plugin pack FOLDER";
    return new DiagnosticError(`Cannot use the package ${name}`, [
      problem([descriptionName], what, why, fix, "HA2007"),
    ]);
  };
  const file = files.find(({ path }) => path === descriptionName);
  if (file === undefined) throw wrong("it is not there", "every package of npm has one");
  if (file.bytes.length > descriptionBytesMax) {
    throw wrong("it is too long", `it has ${file.bytes.length} bytes of ${descriptionBytesMax}`);
  }
  let input: unknown;
  try {
    input = JSON.parse(new TextDecoder().decode(file.bytes));
  } catch (error) {
    throw wrong("it is not JSON", messageOf(error));
  }
  const { success, data, error } = schema.safeParse(input);
  if (!success) throw wrong("it describes no plugin", z.prettifyError(error));
  const others = Object.keys(data.dependencies ?? {}).filter((one) => !packages.includes(one));
  if (others.length > 0) {
    throw wrong(
      `it needs ${others.map((one) => JSON.stringify(one)).join(", ")}`.slice(0, 200),
      `a plugin may use the packages of the project: ${packages.join(", ")}`,
    );
  }
  return data;
}

/** What differs between what the package says of its plugin and what the plugin says. */
export function contradictions(
  { pils, version }: Description,
  manifest: Pick<Manifest, "kind" | "name" | "version">,
): Diagnostic[] {
  const rows = [
    ["pils.kind", pils.kind, manifest.kind],
    ["pils.name", pils.name, manifest.name],
    ["version", version, manifest.version],
  ] as const;
  return rows.filter(([, said, is]) => said !== is).map(([path, said, is]) =>
    problem(
      [descriptionName, path],
      `it says "${said}"`,
      `the manifest says "${is}"`,
      "make the package with: ha plugin pack FOLDER",
      "HA2007",
    )
  );
}

/** The description of a plugin's package. */
export function describePlugin(manifest: Manifest, name: string): string {
  const { kind, name: plugin, version, api, summary, license, homepage, author } = manifest;
  return `${
    JSON.stringify(
      {
        name,
        version,
        description: summary["en"] ?? "",
        keywords: ["pils-plugin", kind],
        license,
        ...(author === undefined ? {} : { author }),
        ...(homepage === undefined ? {} : { homepage }),
        type: "module",
        pils: { kind, name: plugin, api },
      },
      null,
      2,
    )
  }\n`;
}

/** Whether npm takes it for a name. */
export const isNameOfNpm = (name: string): boolean => nameOfNpm.test(name);

/** `npm:NAME@VERSION` in its parts; undefined if it is no such thing. */
export function readNpmSpecifier(text: string): { name: string; version: string } | undefined {
  const [, name = "", exact = ""] = /^npm:(@?[^@]+)@([^@]+)$/.exec(text) ?? [];
  return nameOfNpm.test(name) && version.test(exact) ? { name, version: exact } : undefined;
}
