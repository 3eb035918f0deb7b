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

/** A version of Pacemaker whose cases are there. */
export type CaseVersion = "2.1.5" | "3.0.2";

const archives: Readonly<Record<CaseVersion, string>> = {
  "2.1.5": "shown.tar.xz",
  "3.0.2": "shown3.tar.xz",
};

/** Whether the cases are there. */
export function casesAreThere(version: CaseVersion = "2.1.5"): boolean {
  try {
    return Deno.statSync(`${shared}/scheduler/${archives[version]}`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Unpacks the cases into a folder: `xml/ dot/ exp/ scores/ summary/`. */
export async function unpackCases(
  folder: string,
  version: CaseVersion = "2.1.5",
): Promise<void> {
  const { code, stderr } = await new Deno.Command("tar", {
    args: ["-xJf", `${shared}/scheduler/${archives[version]}`, "-C", folder, "--no-same-owner"],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot unpack the cases: ${new TextDecoder().decode(stderr).trim()}`);
  }
  if (version === "2.1.5") renameTimeout(folder);
}

/** The root of a graph names the timeout of fencings as 3.0 does. */
function renameTimeout(folder: string): void {
  for (const { name } of Deno.readDirSync(`${folder}/exp`)) {
    const path = `${folder}/exp/${name}`;
    const graph = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, graph.replace(" stonith-timeout=", " fencing-timeout="));
  }
}

/** The packs of a version; what the guide does not name is a pack of its own. */
export function packsOf(folder: string): readonly Pack[] {
  const there = new Set(
    [...Deno.readDirSync(`${folder}/xml`)].map(({ name }) => name.replace(/\.xml$/, "")),
  );
  const known = packs().map(({ name, cases }) => ({
    name,
    cases: cases.filter((one) => there.delete(one)),
  }));
  const others = [...there].sort();
  return [...known, ...others.length === 0 ? [] : [{ name: "others", cases: others }]];
}

/** The packs, as the guide lists them: `**name** (count): case, case.` */
export function packs(): readonly Pack[] {
  const guide = Deno.readTextFileSync(`${shared}/facts/scheduler.md`);
  return [...guide.matchAll(/^\*\*([\w-]+)\*\* \(\d+\): (.+)\.$/gm)].map(([, name, cases]) => ({
    name: name ?? "",
    cases: (cases ?? "").split(", "),
  }));
}
