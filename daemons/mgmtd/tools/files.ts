/**
 * What a call of a tool reads: the files that its options name, and where agents are.
 *
 * It is loaded by the process that makes the grant, and imports nothing.
 *
 * @module
 */

/** Options that name a file, by tool. */
const options: Readonly<Record<string, readonly string[]>> = {
  cibadmin: ["-x", "--xml-file"],
  crm_diff: ["-o", "--original", "-n", "--new", "-p", "--patch"],
  crm_verify: ["-x", "--xml-file"],
};

/** Where OCF agents are. */
export const ocfFolder = "/usr/lib/ocf/resource.d";

/** Where the project's classes of agents are, each in a folder of its name. */
export const classFolder = (project: string): string => `${project}/plugins/ra`;

/** Paths as they are given. `-` is standard input, and no file. */
export function filesOf(
  tool: string,
  args: readonly string[],
  project: string,
): readonly string[] {
  const named = Object.hasOwn(options, tool) ? options[tool] ?? [] : [];
  const found = args.flatMap((word, at) => {
    for (const name of named) {
      if (word === name) return args[at + 1] ?? [];
      if (name.startsWith("--") && word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (!name.startsWith("--") && word.startsWith(name)) return word.slice(name.length);
    }
    return [];
  });
  return [
    ...found.filter((path) => path !== "-" && path !== ""),
    ...(tool === "crm_resource" ? [ocfFolder, classFolder(project)] : []),
  ];
}
