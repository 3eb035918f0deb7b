/**
 * `ha status`: asks a node and shows the cluster as that node knows it.
 *
 * @module
 */
import { codeIn } from "../../../metadata/code.ts";
import { printableLine } from "../../../metadata/printable.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { nobodyAnswers } from "../node_sockets.ts";
import { believedCib } from "./believed_cib.ts";
import { clusterState, workingSet } from "./cluster_state.ts";
import { clusterText } from "./cluster_text.ts";
import { type DaemonsShown, daemonWarnings, notRunning, readDaemons } from "./daemons_file.ts";
import { nodeText, warnings } from "./node_text.ts";
import { isCurrent, type NodeView, nodeView } from "./node_view.ts";
import { type NodeReport, reportOf, type Sockets } from "./node_report.ts";

/** Shows it; gives the exit code. @param nowS seconds since 1970. */
export async function showStatus(
  sockets: Sockets,
  { run, json, nowS }: { readonly run: string; readonly json: boolean; readonly nowS: number },
  io: Io,
): Promise<number> {
  const [report, daemons] = await Promise.all([reportOf(sockets), readDaemons(run, nowS * 1_000)]);
  if (report === undefined) {
    const why = daemons === undefined ? [] : daemonWarnings(daemons);
    io.err(nobodyAnswers(sockets.cluster, why.length === 0 ? undefined : why.join("; ")));
    return exit.disconnected;
  }
  const shown = statusOf(report, nowS, daemons);
  io.out(json ? `${JSON.stringify(shown.data, undefined, 2)}\n` : shown.text);
  return codeOf(shown.view, daemons);
}

/** A status as text and as data, which have the same content. */
export function statusOf(report: NodeReport, nowS: number, daemons?: DaemonsShown) {
  const view = nodeView(report);
  const warned = [...warnings(view), ...(daemons === undefined ? [] : daemonWarnings(daemons))];
  const cib = believedCib(report, view);
  const set = cib === undefined ? undefined : workingSet(cib, nowS);
  const text = [
    ...warned.map((line) => `WARNING: ${printableLine(line)}.\n`),
    ...(warned.length === 0 ? [] : ["\n"]),
    ...(set === undefined ? [] : [clusterText(set)]),
    nodeText(view, daemons).slice(set === undefined ? 1 : 0),
  ].join("");
  const { pings, watchdog, ...asked } = view;
  const data = {
    ...(set === undefined ? {} : clusterState(set)),
    warnings: warned,
    codes: [...new Set(warned.flatMap((line) => codeIn(line) ?? []))],
    current: isCurrent(view),
    asked,
    pings,
    watchdog,
    daemons,
  };
  return { view, text, data };
}

/** The worst that is the matter. Some daemons, as the policy engine, only their parent knows of. */
export function codeOf(
  { quorate, silent, inStep, strangers }: NodeView,
  daemons?: DaemonsShown,
): number {
  if (quorate === false) return exit.noQuorum;
  const isWatched = daemons?.silent === undefined;
  if (silent.length > 0 || notRunning(daemons).length > 0 || !isWatched) return exit.unavailable;
  // Two configurations disagree on who belongs to the cluster: there may be two of it.
  if (strangers.length > 0) return exit.config;
  return inStep ? exit.ok : exit.tryAgain;
}
