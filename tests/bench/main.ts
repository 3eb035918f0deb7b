/**
 * All measurements, one after another, each in a process of its own with its own permissions.
 *
 *     deno task bench [NAME...]
 *
 * @module
 */
import { flagsOf, type Grant } from "../../daemons/flags.ts";

const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const deno = Deno.execPath();

/** What there is to measure, and what it may touch. */
const benches: Readonly<Record<string, Grant>> = {
  wire: { net: ["127.0.0.1"], run: [deno] },
  node: { read: [project], run: [deno, "/bin/sh"] },
};

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(benches);
let failed = 0;
for (const name of wanted) {
  const grant = benches[name];
  if (grant === undefined) {
    console.error(
      `There is no measurement "${name}". There are: ${Object.keys(benches).join(", ")}`,
    );
    Deno.exit(64);
  }
  console.log(`\n== ${name}`);
  const { success } = await new Deno.Command(deno, {
    args: [
      "run",
      "--no-prompt",
      `--config=${project}/deno.json`,
      ...flagsOf(grant),
      `${project}/tests/bench/${name}_bench.ts`,
    ],
    stdin: "null",
  }).spawn().status;
  if (!success) failed++;
}
Deno.exit(failed === 0 ? 0 : 1);
