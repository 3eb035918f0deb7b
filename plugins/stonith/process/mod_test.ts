import { look } from "../../../pils/marked.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** A cluster name that no other run of this test has. */
const cluster = `test${Deno.pid}`;
const mark = `HA_NODE=${cluster}/bob`;

/** A node of two processes that ignore what can be ignored; the second is nobody's child. */
async function revive(): Promise<void> {
  if ((await look(mark)).length > 0) return;
  await new Deno.Command("/bin/sh", {
    args: ["-c", "trap '' TERM HUP INT; (sleep 60 & sleep 60) >/dev/null 2>&1 &"],
    clearEnv: true,
    env: { HA_NODE: `${cluster}/bob`, PATH: "/usr/bin:/bin" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
}

conform(clauses, {
  manifest,
  plugin,
  config: { cluster, hostlist: "alice bob" },
  given: {
    host: "bob",
    revive,
    alive: async () => (await look(mark)).length > 0,
  },
});
