/**
 * Asks `crm_verify` of Pacemaker 3.0 for its verdict of each changed document, and holds it against
 * the recorded one. `PACEMAKER_ROOT` names the folder of a system that has it.
 *
 * @module
 */
import { accepted, cases, documentOf, warned } from "../verify_cases.ts";

const root = Deno.env.get("PACEMAKER_ROOT");
if (root === undefined) {
  console.log("Skipped: PACEMAKER_ROOT names no system with crm_verify 3.0");
  Deno.exit(0);
}
const folder = await Deno.makeTempDir({ dir: `${root}/tmp` });
try {
  for (const one of cases) {
    const [name] = one;
    const path = `${folder}/case.xml`;
    await Deno.writeTextFile(path, documentOf(one));
    const { code, stderr } = await new Deno.Command("chroot", {
      args: [root, "crm_verify", "-V", "-x", path.slice(root.length)],
    }).output();
    const said = new TextDecoder().decode(stderr);
    const isWarning = /need attention/.test(said) && !/did not pass|invalid/.test(said);
    const verdict = code === 0 ? "ok" : isWarning ? "warning" : "error";
    const recorded = accepted.has(name) ? "ok" : warned.has(name) ? "warning" : "error";
    console.log(
      verdict === recorded
        ? `ok ${name}: ${verdict}`
        : `FAILED ${name}: it says ${verdict}, recorded is ${recorded}`,
    );
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
