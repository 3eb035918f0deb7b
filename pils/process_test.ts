import assert from "node:assert/strict";
import { filePath } from "./found.ts";

const project = filePath(new URL("..", import.meta.url));
const permissions: Deno.PermissionOptions = {
  read: [project],
  run: [Deno.execPath(), "/bin/sh"],
};

/** What a shell's command gives back. */
async function shell(script: string, ...parameters: string[]): Promise<number> {
  const { code } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...parameters],
    stdout: "null",
    stderr: "null",
  }).output();
  return code;
}

/** Whether a process is there and not merely waiting to be buried. */
const lives = async (pid: string) =>
  await shell(`kill -0 "$1" && ! grep -q "^State:.Z" "/proc/$1/status"`, pid) === 0;

const setpriv = await new Deno.Command("/bin/sh", { args: ["-c", "command -v setpriv"] }).output()
  .then(({ success }) => success, () => false);

for (const how of ["idle", "loop"]) {
  Deno.test({
    name: `a plugin that is ${
      how === "idle" ? "idle" : "looping"
    } ends with a daemon that is killed`,
    permissions,
    // Without it, only what does not loop sees that its input has ended.
    ignore: how === "loop" && !setpriv,
    async fn() {
      const daemon = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--quiet",
          `--config=${project}/deno.json`,
          `--allow-read=${project}`,
          `--allow-run=${Deno.execPath()},/bin/sh`,
          `${project}/pils/testdata/daemon.ts`,
          how,
        ],
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const reader = daemon.stdout.getReader();
      const { value } = await reader.read();
      const pid = new TextDecoder().decode(value).trim();
      assert.match(pid, /^\d+$/);
      assert(await lives(pid));
      daemon.kill("SIGKILL");
      await daemon.status;
      await reader.cancel();
      for (let ms = 0; await lives(pid); ms += 20) {
        assert(ms < 5_000, `${pid} goes on after its daemon`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  });
}
