/**
 * All measurements, one after another, each in a process of its own with its own permissions.
 *
 *     deno task bench [NAME...] [OPTIONS OF THAT MEASUREMENT...]
 *
 * @module
 */
import { flagsOf, type Grant } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const shared = `${project.slice(0, project.lastIndexOf("/"))}/shared`;
/** Files of the measurements; they remove what they made. */
const scratch = `${project}/.test`;
const deno = Deno.execPath();

/** What there is to measure, and what it may touch. */
const benches: Readonly<Record<string, Grant>> = {
  wire: { net: ["127.0.0.1"], run: [deno] },
  stream: {
    read: [project, shared, scratch, "/usr/libexec/heartbeat"],
    write: [scratch],
    run: [deno, "bash"],
  },
  detection: {
    read: [project, shared, scratch, "/usr/libexec/heartbeat"],
    write: [scratch],
    run: [deno, "bash"],
  },
  tick: { read: [project, scratch], write: [scratch], run: [deno, "/bin/sh"] },
  startup: {
    net: [`unix:${scratch}/startup/run/cluster.sock`],
    read: [project],
    write: [scratch],
    run: ["/bin/sh"],
  },
  node: { read: [project], run: [deno, "/bin/sh"] },
  compat: {
    read: [project, scratch],
    write: [scratch],
    run: ["/bin/sh"],
    env: ["HOME", "DENO_DIR"],
  },
  failover: { read: [project, shared, "/usr"], write: [scratch], run: ["unshare"] },
  monitors: { read: [project, shared, "/usr", "/bin"], write: [scratch], run: ["unshare"] },
  cib: { read: [project, shared, "/usr"], write: [scratch], run: ["unshare"] },
  loader: { read: [project], write: [scratch], run: [deno, "/bin/sh"] },
  xml: { read: [project] },
  pengine: {
    read: [project, shared, scratch],
    write: [scratch],
    run: ["deno", "tar", "crm_simulate"],
  },
};

const optionsAt = Deno.args.findIndex((argument) => argument.startsWith("--"));
const names = Deno.args.slice(0, optionsAt < 0 ? undefined : optionsAt);
const options = optionsAt < 0 ? [] : Deno.args.slice(optionsAt);
if (options.includes("--help") || options.includes("-h")) {
  console.log(`deno task bench [NAME...] [OPTIONS]\n\nNames: ${Object.keys(benches).join(", ")}`);
  Deno.exit(0);
}
const wanted = names.length > 0 ? names : Object.keys(benches);
await Deno.mkdir(scratch, { recursive: true });
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
      ...options,
    ],
    env: { TMPDIR: scratch },
    stdin: "null",
  }).spawn().status;
  if (!success) failed++;
}
Deno.exit(failed === 0 ? 0 : 1);
