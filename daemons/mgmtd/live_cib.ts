/**
 * The CIB of the running cluster, asked of the node on this machine, as far as that node can be
 * believed: without quorum it does not know what the others run.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import type { Io } from "./command.ts";
import { exit } from "./exit.ts";
import { nobodyAnswers } from "./node_sockets.ts";
import { believedCib } from "./status/believed_cib.ts";
import { type NodeReport, reportOf, type Sockets } from "./status/node_report.ts";
import { warnings } from "./status/node_text.ts";
import { nodeView } from "./status/node_view.ts";

/** The document; else an exit code. What has to be known to read it is written as warnings. */
export async function liveCib(sockets: Sockets, io: Io): Promise<XmlElement | number> {
  const live = await liveNode(sockets, io);
  return typeof live === "number" ? live : live.cib;
}

/** The same, with all that the node's daemons answered. */
export async function liveNode(
  sockets: Sockets,
  io: Io,
): Promise<{ readonly cib: XmlElement; readonly report: NodeReport } | number> {
  const report = await reportOf(sockets);
  if (report === undefined) {
    io.err(nobodyAnswers(sockets.cluster));
    return exit.disconnected;
  }
  const view = nodeView(report);
  for (const line of warnings(view)) io.err([`WARNING: ${line}.`]);
  const cib = believedCib(report, view);
  if (cib !== undefined) return { cib, report };
  io.err([
    withCode("HA0004", "The node gives no CIB. Fix: see ha status: which daemon does not answer"),
  ]);
  return exit.unavailable;
}
