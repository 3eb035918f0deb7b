/**
 * The state of a cluster as text, in the shape of `crm_mon -1 -r -f`.
 *
 * @module
 */
import { printableLine } from "../../../metadata/printable.ts";
import type { WorkingSet } from "../../pengine/doors/model.ts";
import { instanceCounts, statusDetails, statusText } from "../../pengine/doors/status.ts";
import { errorsOf, versionOf } from "./cluster_state.ts";

/** The text; it ends with a line break. */
export function clusterText(set: WorkingSet): string {
  const nodes = set.nodes.filter(({ kind }) => kind !== "ping").length;
  const lines = [
    "Cluster Summary:",
    `  * Current DC: ${set.dcNode?.name ?? "NONE"} - partition ${
      set.quorate ? "with" : "WITHOUT"
    } quorum`,
    `  * CIB version: ${versionOf(set)}`,
    `  * ${nodes} node${nodes === 1 ? "" : "s"} configured`,
    `  * ${instancesText(set)}`,
    "",
    ...(set.options.maintenanceMode
      ? [
        "              *** Resource management is DISABLED ***",
        "  The cluster will not attempt to start, stop or recover services",
        "",
      ]
      : []),
    ...statusText(set).map(outdented),
    ...detailLines(set),
    ...errorLines(set),
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

/** How many there are, and how many of them the cluster leaves alone. */
export function instancesText(set: WorkingSet): string {
  const { all, disabled, blocked } = instanceCounts(set);
  const parts = [
    ...(disabled > 0 ? [`${disabled} DISABLED`] : []),
    ...(blocked > 0 ? [`${blocked} BLOCKED from further action due to failure`] : []),
  ];
  const what = `${all} resource instance${all === 1 ? "" : "s"} configured`;
  return parts.length === 0 ? what : `${what} (${parts.join(", ")})`;
}

/** Fail counts and failures; a section without lines is left out. */
function detailLines(set: WorkingSet): readonly string[] {
  const lines = statusDetails(set, { failCounts: true }).map(outdented);
  const empty = lines.indexOf("Migration Summary:");
  const hasCounts = lines[empty + 1]?.startsWith("  ") ?? false;
  return empty < 0 || hasCounts ? lines : lines.filter((_, at) => at !== empty && at !== empty - 1);
}

/** Errors of the configuration that are listed at most. */
const errorsMax = 10;

/** What is broken in the configuration is not in use: that must not go unnoticed. */
function errorLines(set: WorkingSet): readonly string[] {
  const errors = errorsOf(set);
  const more = errors.length - errorsMax;
  return errors.length === 0 ? [] : [
    "",
    "Configuration Errors:",
    ...errors.slice(0, errorsMax).map((error) => `  * ${error}`),
    ...(more > 0 ? [`  * ${more} more; ha simulate -L shows them`] : []),
  ];
}

/** A section of a simulation's report stands one level further in. */
const outdented = (line: string): string => line.replace(/^ {2}/, "").replace(/^\* /, "");
