/**
 * The programs that start `ha`, with a Deno that only says which umask it was given.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { haProgram, places } from "./package/dist/scripts.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const scratch = `${project}/.test`;

Deno.test("what Deno keeps while ha runs is writable by its owner alone, whatever the umask", {
  permissions: { read: [project], write: [scratch], run: ["/bin/sh"] },
}, async () => {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "ha_umask_" });
  try {
    const deno = `${folder}/deno`;
    const script = '#!/bin/sh\ncase "$*" in *exec_path*) echo "$0" ;; *) umask ;; esac\n';
    await Deno.writeTextFile(deno, script, { mode: 0o700 });
    const ours = await Deno.readTextFile(`${project}/daemons/mgmtd/ha`);
    for (const program of [ours, haProgram.replaceAll(places.deno, deno)]) {
      await Deno.writeTextFile(`${folder}/ha`, program, { mode: 0o700 });
      for (const [given, wanted] of [["000", 0o022], ["002", 0o022], ["077", 0o077]] as const) {
        const { stdout } = await new Deno.Command("/bin/sh", {
          args: ["-c", `umask ${given}; exec "$1/ha" status`, "sh", folder],
          clearEnv: true,
          env: { PATH: `${folder}:/usr/bin:/bin` },
          cwd: folder,
        }).output();
        assert.equal(parseInt(new TextDecoder().decode(stdout), 8), wanted, given);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
