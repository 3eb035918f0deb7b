/**
 * The status of each of Pacemaker's regression cases equals what the original shows. The cases do not
 * come with the project.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
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

/** The section of a summary; undefined if there is no such file. */
function expected(file: string): string | undefined {
  try {
    const [current = ""] = Deno.readTextFileSync(file)
      .split(/^(?:Performing|Transition Summary|Executing)/m);
    return section(current, /^ *\* Node List:/m);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Unpacks cases; false if they are not there. */
async function unpacked(pack: string, folder: string): Promise<boolean> {
  await Deno.mkdir(folder);
  const { success } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'tar -xJf "$1" -C "$2" --wildcards "*xml/*" "*summary/*"',
      "sh",
      `${project}/../shared/scheduler/${pack}.tar.xz`,
      folder,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

Deno.test({
  name: "the status of Pacemaker's cases equals what 2.1.5 shows, or where that has changed 3.0.2",
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "status_" });
    const [old, newer] = [`${folder}/old`, `${folder}/newer`];
    try {
      if (!await unpacked("shown", old) || !await unpacked("shown3", newer)) {
        console.log("Skipped: the cases are not there (../shared/scheduler)");
        return;
      }
      const wrong: string[] = [];
      let cases = 0;
      for (const { name } of Deno.readDirSync(`${old}/xml`)) {
        const { root } = parse(Deno.readTextFileSync(`${old}/xml/${name}`), {
          ignoreWhitespace: true,
          ignoreComments: true,
        });
        const set = workingSet(root, timeOf(root, {}, nowS).nowS);
        const ours = section(clusterText(set), /^Node List:/m);
        const summary = name.replace(".xml", ".summary");
        const right = [old, newer].some((of) => expected(`${of}/summary/${summary}`) === ours);
        if (!right) wrong.push(name);
        cases++;
      }
      assert.ok(cases > 400, `${cases} cases were looked at`);
      assert.deepEqual(wrong, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
