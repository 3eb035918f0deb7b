/**
 * What Pacemaker's `cibadmin` shows to a user and lets it write, by the rules of each CIB of the
 * table, held against what is recorded. `PACEMAKER_ROOT` names the folder of another system than this
 * one. Needs root. With `--record` it writes the record of this system's version:
 *
 *     deno run --allow-run=cibadmin --allow-read=. --allow-write=.test,tests/testdata/acl.json \
 *       --allow-env=PACEMAKER_ROOT tests/interop/acl_oracle.ts --record
 *
 * @module
 */
import { aclCases, aclDocument, aclWrites } from "../acl_cases.ts";

const root = Deno.env.get("PACEMAKER_ROOT") ?? "";
const record = new URL("../testdata/acl.json", import.meta.url);
/** Exit codes of Pacemaker's programs: no right, and a document that breaks the schema. */
const denied = 4;
const invalid = 78;

try {
  new Deno.Command(root === "" ? "cibadmin" : "chroot", { args: ["--version"] }).outputSync();
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  console.log("Skipped: there is no cibadmin");
  Deno.exit(0);
}

async function cibadmin(user: string, file: string, args: readonly string[]) {
  const inside = file.slice(root.length);
  const command = root === "" ? ["cibadmin"] : ["chroot", root, "cibadmin"];
  const [program = "", ...before] = command;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...before, ...args],
    env: { CIB_user: user, CIB_file: inside, CIB_shadow: "" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, out: text(stdout), error: text(stderr) };
}

const scratch = decodeURIComponent(new URL("../../.test", import.meta.url).pathname);
await Deno.mkdir(scratch, { recursive: true });
const folder = await Deno.makeTempDir({ dir: root === "" ? scratch : `${root}/tmp` });
await Deno.chmod(folder, 0o755);
/** What one user sees, which writes are made, and of which nothing is known. */
interface Original {
  readonly sees: string;
  readonly writes: readonly string[];
  readonly undecided: readonly string[];
}
const found: Record<string, Original> = {};
try {
  const file = `${folder}/cib.xml`;
  for (const one of aclCases) {
    const fresh = () => Deno.writeTextFile(file, aclDocument(one));
    await fresh();
    const seen = await cibadmin(one.user, file, ["-Q"]);
    if (seen.code !== 0 && seen.code !== denied) throw new Error(`${one.name}: ${seen.error}`);
    const writes: string[] = [];
    const undecided: string[] = [];
    for (const write of aclWrites) {
      await fresh();
      await Deno.remove(`${file}.sig`).catch(() => {});
      const { code, error } = await cibadmin(one.user, file, write.arguments);
      // What is deleted here is named by a rule: the schema refuses that to everybody.
      if (code === invalid) undecided.push(write.name);
      else if (code !== 0 && code !== denied) {
        throw new Error(`${one.name}, ${write.name}: ${code} ${error}`);
      }
      if (code === 0) writes.push(write.name);
    }
    const sees = seen.code === 0
      ? seen.out.replaceAll(/>\s+</g, "><").replaceAll("&apos;", "'")
      : "";
    found[one.name] = { sees, writes, undecided };
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
if (Deno.args.includes("--record")) {
  await Deno.writeTextFile(record, `${JSON.stringify(found, undefined, 2)}\n`);
  console.log(`${aclCases.length} cases with ${aclWrites.length} writes each are recorded`);
  Deno.exit(0);
}
const recorded: Record<string, unknown> = JSON.parse(await Deno.readTextFile(record));
for (const [name, one] of Object.entries(found)) {
  const same = JSON.stringify(recorded[name]) === JSON.stringify(one);
  console.log(same ? `ok ${name}` : `FAILED ${name}: it says ${JSON.stringify(one)}`);
}
