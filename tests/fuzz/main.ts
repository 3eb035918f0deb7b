/**
 * What runs for as long as it is let: mutated packets through each encoding, mutated
 * messages through every reader, or random clusters through the policy engine.
 *
 *     deno task fuzz [COUNT [ENCODING...]]
 *     deno task fuzz messages [COUNT [SEED]]
 *     deno task fuzz engine [COUNT] [--seed N]
 *
 * Each runs in a process of its own, with only the rights that it needs.
 *
 * @module
 */
import { flagsOf, type Grant } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const [first, ...rest] = Deno.args;
const isEngine = first === "engine";
const file = isEngine
  ? "engine_fuzz.ts"
  : first === "messages"
  ? "message_fuzz.ts"
  : "wire_fuzz.ts";
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--no-prompt",
    `--config=${project}/deno.json`,
    ...flagsOf(isEngine ? engineGrant() : {}),
    `${project}/tests/fuzz/${file}`,
    ...file === "wire_fuzz.ts" ? Deno.args : rest,
  ],
  stdout: "inherit",
  stderr: "inherit",
}).output();
Deno.exit(code);

/** The oracle, and a folder for what it reads and writes. */
function engineGrant(): Grant {
  const root = Deno.env.get("PACEMAKER_ROOT");
  const folder = root === undefined ? Deno.env.get("TMPDIR") ?? "/tmp" : `${root}/tmp`;
  return {
    env: ["PACEMAKER_ROOT"],
    run: [root === undefined ? "crm_simulate" : "chroot"],
    read: [folder],
    write: [folder],
  };
}
