/**
 * The status of each of Pacemaker's regression cases equals what the original shows. The cases do not
 * come with the project.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "../../../metadata/xml/mod.ts";
import { filePath } from "../../../pils/found.ts";
import { timeOf } from "../simulate/request.ts";
import { workingSet } from "./cluster_state.ts";
import { clusterText } from "./cluster_text.ts";

const project = filePath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

/** When cases without a date of their own are looked at: long after all that happened in them. */
const nowS = 1_900_000_000;

/** The lines from the nodes on, without what only one of them shows. */
function section(text: string, from: RegExp): string {
  const start = text.search(from);
  const end = text.search(
    /\n *(\* )?(Migration Summary|Failed Resource Actions|Configuration Errors):/,
  );
  return text.slice(start, end < 0 ? undefined : end).split("\n")
    .map((line) => line.replace(/^ *(\* )?/, "").trimEnd())
    .filter((line) => line !== "").join("\n");
}

Deno.test({
  name: "the status of Pacemaker's cases equals the original's",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "status_" });
    try {
      const { success } = await new Deno.Command("/bin/sh", {
        args: [
          "-c",
          'tar -xJf "$1" -C "$2" --wildcards "*xml/*" "*summary/*"',
          "sh",
          `${project}/../shared/scheduler/shown.tar.xz`,
          folder,
        ],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      if (!success) {
        console.log("Skipped: the cases are not there (../shared/scheduler/shown.tar.xz)");
        return;
      }
      const wrong: string[] = [];
      let cases = 0;
      for (const { name } of Deno.readDirSync(`${folder}/xml`)) {
        const summary = Deno.readTextFileSync(
          `${folder}/summary/${name.replace(".xml", ".summary")}`,
        );
        const [current = ""] = summary.split(/^(?:Performing|Transition Summary|Executing)/m);
        const { root } = parse(Deno.readTextFileSync(`${folder}/xml/${name}`), {
          ignoreWhitespace: true,
          ignoreComments: true,
        });
        const set = workingSet(root, timeOf(root, {}, nowS).nowS);
        const ours = section(clusterText(set), /^Node List:/m);
        if (ours !== section(current, /^ *\* Node List:/m)) wrong.push(name);
        cases++;
      }
      assert.ok(cases > 400, `${cases} cases were looked at`);
      assert.deepEqual(wrong, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
