import assert from "node:assert/strict";
import { permissions, project } from "./commands/testing/site.ts";

const scratch = `${project}/.test`;

/** Asks on a terminal of its own, sends a signal while nothing is echoed, and shows the terminal after. */
const asks = `
exec 3<&0
"$DENO" run --no-prompt --cached-only --quiet --no-check asks.ts <&3 2>/dev/null & asking=$!
for i in $(seq 300); do stty -a | grep -q -- '-echo ' && break; sleep 0.1; done
stty -a | grep -q -- '-echo ' && echo silent
[ -n "$SIGNAL" ] && kill -$SIGNAL $asking
wait $asking
echo "code $?"
stty -a | grep -q -- '-echo ' || echo echoes
stty -a | grep -q -- '-icanon' || echo lines
`;

Deno.test({
  name: "a terminal echoes again after a secret, however the question ends",
  permissions,
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "secret_" });
    try {
      const module = `${project}/daemons/mgmtd/ask_secret.ts`;
      const asking = `import { askSecret } from "${module}";\nawait askSecret("? ");\n`;
      await Deno.writeTextFile(`${folder}/asks.ts`, asking);
      await Deno.writeTextFile(`${folder}/asks.sh`, asks);
      for (const [signal, code] of [["INT", 130], ["TERM", 143], ["HUP", 129]] as const) {
        const { stdout } = await new Deno.Command("/bin/sh", {
          args: [
            "-c",
            "command -v script >/dev/null || exit 9; script -qec 'sh asks.sh' /dev/null",
          ],
          cwd: folder,
          env: { DENO: Deno.execPath(), SIGNAL: signal },
          stdin: "null",
        }).output();
        const said = new TextDecoder().decode(stdout).split(/\s*\n/).filter((line) => line !== "");
        assert.deepEqual(said, ["silent", `code ${code}`, "echoes", "lines"], signal);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
