/**
 * The regression cases of the policy engine: where they are and which pack each belongs to.
 *
 * They lie beside the project, in `../shared`, because they are another project's.
 *
 * @module
 */

/** A set of cases that need about the same of the engine. */
export interface Pack {
  readonly name: string;
  readonly cases: readonly string[];
}

/** Where the cases and the programs that compare are. */
export const shared = decodeURIComponent(new URL("../../../shared", import.meta.url).pathname);

/** Options of the second pass of some cases: the time to work with. */
export const timeOfCase: ReadonlyMap<string, string> = new Map([
  ["date-1", "2005-020"],
  ["date-2", "2005-020T12:30"],
  ["origin", "2014-05-07 00:28:00"],
]);

/** Whether the cases are there. */
export function casesAreThere(): boolean {
  try {
    return Deno.statSync(`${shared}/scheduler/shown.tar.xz`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Unpacks the cases into a folder: `xml/ dot/ exp/ scores/ summary/`. */
export async function unpackCases(folder: string): Promise<void> {
  const { code, stderr } = await new Deno.Command("tar", {
    args: ["-xJf", `${shared}/scheduler/shown.tar.xz`, "-C", folder, "--no-same-owner"],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot unpack the cases: ${new TextDecoder().decode(stderr).trim()}`);
  }
}

/** The packs, as the guide lists them: `**name** (count): case, case.` */
export function packs(): readonly Pack[] {
  const guide = Deno.readTextFileSync(`${shared}/facts/scheduler.md`);
  return [...guide.matchAll(/^\*\*([\w-]+)\*\* \(\d+\): (.+)\.$/gm)].map(([, name, cases]) => ({
    name: name ?? "",
    cases: (cases ?? "").split(", "),
  }));
}
