/**
 * The status of Pacemaker's regression cases, now, beside that of `crm_mon` on the same files.
 *
 *     deno task interop status
 *
 * Everything from the number of nodes on is compared, and how many failures are listed. Not compared:
 * how one failure is worded, where `crm_mon` leaves out the number of the call and the agent's words.
 *
 * @module
 */
import { parse } from "../../metadata/xml/mod.ts";
import { workingSet } from "../../daemons/mgmtd/status/cluster_state.ts";
import { clusterText } from "../../daemons/mgmtd/status/cluster_text.ts";
import { casesAreThere, unpackCases } from "./scheduler_packs.ts";

/**
 * Cases that may differ from `crm_mon` 2.1.5: in six it leaves out failures of resources that are
 * no longer configured, in one it takes a failure of a remote connection for expired, and in four
 * 3.0.2 shows something else, such as "maintenance" for "unmanaged"
 * (`daemons/mgmtd/status/cases_test.ts`).
 */
const differencesMax = 11;

/** The lines that are compared. */
function compared(text: string): string {
  const [, from = ""] = /^( {2}\* \d+ nodes? configured[^]*)/m.exec(text) ?? [];
  return from
    .replace(/^Configuration Errors:\n(?: {2}.*\n)+/m, "")
    .replace(/^Migration Summary:\n(?! {2})/m, "")
    .replace(
      /^(Failed Resource Actions:\n)((?: {2}.*\n)+)/m,
      (_, title, lines) => title + "  * failure\n".repeat(lines.trimEnd().split("\n").length),
    )
    .split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").join("\n");
}

if (!casesAreThere()) {
  console.log("Skipped: the cases are not there (../shared/scheduler/shown.tar.xz)");
  Deno.exit(0);
}
const folder = Deno.makeTempDirSync({ dir: ".test", prefix: "status_oracle_" });
try {
  await unpackCases(folder);
  const different: string[] = [];
  let cases = 0;
  for (const { name } of Deno.readDirSync(`${folder}/xml`)) {
    const file = `${folder}/xml/${name}`;
    const options = { ignoreWhitespace: true, ignoreComments: true };
    const { root } = parse(Deno.readTextFileSync(file), options);
    const ours = clusterText(workingSet(root, Math.floor(Date.now() / 1000)));
    const { stdout } = new Deno.Command("crm_mon", {
      args: ["-1", "-r", "-f"],
      env: { CIB_file: file, TZ: "UTC" },
      stdin: "null",
    }).outputSync();
    if (compared(ours) !== compared(new TextDecoder().decode(stdout))) different.push(name);
    cases++;
  }
  const ok = different.length <= differencesMax;
  console.log(
    `${ok ? "ok" : "FAILED"} ${cases - different.length} of ${cases} as crm_mon shows them; not: ` +
      different.sort().join(" "),
  );
  Deno.exitCode = ok ? 0 : 1;
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  console.log("Skipped: crm_mon is not installed");
} finally {
  Deno.removeSync(folder, { recursive: true });
}
