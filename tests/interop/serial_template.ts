/**
 * The template of a power switch on a serial line, on a real line: a pseudo-terminal whose other end
 * is a switch of a few lines of shell.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { lineOf } from "../../plugins/handler/stonith/templates/serial/line.ts";

const cable = filePath(new URL("../../plugins/medium/serial/pty_pair.ts", import.meta.url));
const deno = Deno.execPath();

Deno.test({
  name: "a switch on a real line is asked and answers, and one that is silent is an error in time",
  ignore: Deno.build.os !== "linux",
  permissions: { run: [deno, "/bin/sh", "/bin/stty", "/bin/dd"] },
  async fn() {
    const library = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
    const joined = new Deno.Command(deno, {
      args: ["run", "--no-prompt", `--allow-ffi=${library}`, cable, library],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = joined.stdout.getReader();
    const { value } = await output.read();
    const [ours = "", theirs = ""] = JSON.parse(new TextDecoder().decode(value));
    // The switch: it answers the one question that it knows.
    const script = `stty -F "$1" raw -echo
      exec <"$1" >"$1"; while read -r -d "$(printf '\\r')" word 2>/dev/null || word=$(dd bs=8 count=1 2>/dev/null)
      do case $word in */Stat*) printf '1 off\\r\\n';; *) exit;; esac; done`;
    const power = new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", theirs],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    try {
      const ask = lineOf({ device: ours, baud: 9_600 });
      assert.equal(await ask("/Stat 1\r", /^1 (?:on|off)$/, 20_000), "1 off");
      await assert.rejects(ask("/Mute 1\r", /^ok$/, 500), /does not answer/);
      await assert.rejects(lineOf({ device: "/dev/null", baud: 9_600 })("x", /x/, 500), /null/);
    } finally {
      await new Deno.Command("/bin/sh", {
        args: ["-c", 'kill -s KILL -- "-$1" 2>/dev/null; true', "sh", String(power.pid)],
        stdin: "null",
      }).output();
      await power.status;
      await joined.stdin.close();
      await output.cancel();
      await joined.status;
    }
  },
});
