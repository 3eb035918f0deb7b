/**
 * `ha status`: asks a node and shows the cluster as that node knows it.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { codeIn } from "../../../metadata/code.ts";
import { printableLine } from "../../../metadata/printable.ts";
import { seenAsUser } from "../as_user.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { nobodyAnswers } from "../node_sockets.ts";
import { alertWarnings, recipientsOf } from "./alerts.ts";
import { believedCib } from "./believed_cib.ts";
import { clusterState, workingSet } from "./cluster_state.ts";
import { verdictOf } from "./check.ts";
import { clusterText } from "./cluster_text.ts";
import { type DaemonsShown, daemonWarnings, notRunning, readDaemons } from "./daemons_file.ts";
import { nodeText, warnings } from "./node_text.ts";
import { isCurrent, type NodeView, nodeView } from "./node_view.ts";
import { type NodeReport, reportOf, type Sockets } from "./node_report.ts";

/** Shows it; gives the exit code. @param nowS seconds since 1970. */
export async function showStatus(
  sockets: Sockets,
  { run, json, nowS, stored }: {
    readonly run: string;
    readonly json: boolean;
    readonly nowS: number;
    /** What a node that does not run has left on its disk. */
    stored?(): Promise<{ readonly cib: XmlElement; readonly warning: string } | undefined>;
  },
  io: Io,
): Promise<number> {
  const [report, daemons] = await Promise.all([reportOf(sockets), readDaemons(run, nowS * 1_000)]);
  if (report === undefined) {
    const why = daemons === undefined ? [] : daemonWarnings(daemons);
    io.err(nobodyAnswers(sockets.cluster, why.length === 0 ? undefined : why.join("; ")));
    const left = await stored?.();
    if (left !== undefined) showStored(left, nowS, json, io);
    return exit.disconnected;
  }
  const shown = statusOf(report, nowS, daemons);
  io.out(json ? `${JSON.stringify(shown.data, undefined, 2)}\n` : shown.text);
  return codeOf(shown.view, daemons);
}

/** The cluster as a node knew it that does not run. */
function showStored(
  { cib, warning }: { readonly cib: XmlElement; readonly warning: string },
  nowS: number,
  json: boolean,
  io: Io,
): void {
  const set = workingSet(cib, nowS);
  if (!json) {
    io.err([warning]);
    io.out(clusterText(set));
    return;
  }
  const data = { ...clusterState(set), warnings: [warning], current: false, stored: true };
  io.out(`${JSON.stringify(data, undefined, 2)}\n`);
}

/** The same in one line for a monitoring system; gives that system's exit code. */
export async function checkStatus(sockets: Sockets, nowS: number, io: Io): Promise<number> {
  const report = await reportOf(sockets);
  if (report === undefined) {
    io.out("CRITICAL: no node answers\n");
    return 2;
  }
  const view = nodeView(report);
  const cib = believedCib(report, view);
  const cluster = cib === undefined ? undefined : clusterState(workingSet(cib, nowS));
  if (view.asUser) {
    io.out([`UNKNOWN: ${seenAsUser}`]);
    return 3;
  }
  const { code, line } = verdictOf(cluster, { quorate: view.quorate, warnings: warnings(view) });
  io.out([line]);
  return code;
}

/** A status as text and as data, which have the same content. */
export function statusOf(report: NodeReport, nowS: number, daemons?: DaemonsShown) {
  const view = nodeView(report);
  const alerts = recipientsOf(report);
  const warned = [
    ...warnings(view),
    ...alertWarnings(alerts),
    ...(daemons === undefined ? [] : daemonWarnings(daemons)),
  ];
  const cib = believedCib(report, view);
  const set = cib === undefined ? undefined : workingSet(cib, nowS);
  const text = [
    ...warned.map((line) => `WARNING: ${printableLine(line)}.\n`),
    ...(warned.length === 0 ? [] : ["\n"]),
    ...(set === undefined ? [] : [clusterText(set)]),
    view.asUser ? "" : nodeText(view, daemons).slice(set === undefined ? 1 : 0),
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
    ...(alerts.length === 0 ? {} : { alerts }),
    daemons,
  };
  return { view, text, data };
}

/** The worst that is the matter. Some daemons, as the policy engine, only their parent knows of. */
export function codeOf(
  { quorate, silent, inStep, strangers, accused, asUser }: NodeView,
  daemons?: DaemonsShown,
): number {
  if (asUser) return exit.permission;
  if (quorate === false) return exit.noQuorum;
  const isWatched = daemons?.silent === undefined;
  if (silent.length > 0 || notRunning(daemons).length > 0 || !isWatched) return exit.unavailable;
  // Two configurations disagree on who belongs to the cluster: there may be two of it.
  if (strangers.length > 0) return exit.config;
  // A member that is left out is one that is down; a coordinator that decides nothing is waited for.
  return inStep && accused === undefined ? exit.ok : exit.tryAgain;
}
