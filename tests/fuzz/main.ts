/**
 * What runs for as long as it is let: mutated packets through each encoding, mutated
 * messages through every reader, or random clusters through the policy engine.
 *
 *     deno task fuzz [COUNT [ENCODING...]]
 *     deno task fuzz messages [COUNT [SEED]]
 *     deno task fuzz engine [COUNT] [--seed N] [--source wide|narrow|cases] [--most N] [--file CIB]
 *
 * Each runs in a process of its own, with only the rights that it needs.
 *
 * @module
 */
import { flagsOf, type Grant } from "../../daemons/site/flags.ts";
import { shared } from "../interop/scheduler_packs.ts";
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

/** The oracle, a folder for what it reads and writes, and the regression cases. */
function engineGrant(): Grant {
  const root = Deno.env.get("PACEMAKER_ROOT");
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  const folder = root === undefined ? temporary : `${root}/tmp`;
  const at = rest.indexOf("--file");
  const file = at < 0 ? undefined : rest[at + 1];
  return {
    env: ["PACEMAKER_ROOT"],
    run: [root === undefined ? "sh" : "chroot", "tar"],
    read: [folder, temporary, shared, ...file === undefined ? [] : [file]],
    write: [folder, temporary],
  };
}
