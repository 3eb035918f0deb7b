/**
 * Compares the packages that Deno keeps for this user with what the project was made with.
 *
 * Deno compares a package with `deno.lock` when it fetches it, and never again. Anyone who may write
 * into its cache could change what every daemon and plugin imports. This module and what it imports
 * use no package: it is evaluated before any of them.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { refuseUntrusted } from "../trusted_path.ts";
import { compareScript } from "./script.ts";

/** Begins the line of what others may change. */
const openMark = "open ";

/** Name of the list, in the folder of the plugins. */
export const listName = "packages.lock";

/**
 * Packages that the processes of a node import, and plugins of the project. The others of the list are
 * for tests and tools, and for plugins of a site, which may import them too: to hash those takes a third
 * of a second of a processor, in which a node that was fenced is not back yet.
 */
export const nodePackages: readonly string[] = ["saxes", "xmlchars"];

/**
 * Refuses packages that differ, and a cache that others may change after this look.
 *
 * @param list path of the list
 * @param names of the packages that are looked at; all of the list if left out
 * @throws {DiagnosticError} with every package that differs
 */
export async function refuseTampered(
  list: string,
  names: readonly string[] = [],
): Promise<void> {
  const wanted = names.length === 0 ? "" : ` ${names.join(" ")} `;
  const { success, stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", compareScript, "sh", list, list.slice(0, list.lastIndexOf("/plugins/")), wanted],
    stdin: "null",
    stderr: "null",
  }).output();
  const [cache = "", ...different] = new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line !== "");
  if (!success || cache === "") {
    throw new DiagnosticError("Cannot verify the packages", [problem(
      [list],
      "the list of the packages cannot be read",
      "it comes with the project, beside plugins.lock.json",
      "install the project again",
      "HA2015",
    )]);
  }
  await refuseUntrusted(["npm", "gen"].map((name) => `${cache}/${name}`));
  const open = different.filter((line) => line.startsWith(openMark));
  if (open.length > 0) {
    throw new DiagnosticError(
      "Cannot trust the code that Deno keeps",
      open.map((line) =>
        problem(
          [line.slice(openMark.length)],
          "others than its owner may change it, or it is another user's",
          "Deno runs what it finds there in the place of this node's code",
          `rm -r ${cache}, and run deno install in the project`,
          "HA2015",
        )
      ),
    );
  }
  if (different.length > 0) {
    throw new DiagnosticError(
      "Cannot load the packages that this node's code imports",
      different.map((line) => {
        const [id = "", ...words] = line.split(" ");
        const folder = words.join(" ");
        return problem(
          [id],
          `${folder} is not what the project was made with`,
          "a file there was changed, added or removed after Deno had fetched the package",
          `find out who may write there; then remove that folder and run deno install in the project`,
          "HA2015",
        );
      }),
    );
  }
}
