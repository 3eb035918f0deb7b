/**
 * Facts of the cluster, asked of the daemons of this machine's node.
 *
 * @module
 */
import { connect } from "../../../runtime/client.ts";
import { recipientsOf } from "../../status/alerts.ts";
import { believedCib } from "../../status/believed_cib.ts";
import { clusterState, workingSet } from "../../status/cluster_state.ts";
import { listOf, member, numberOf, textOf } from "../../status/json_parts.ts";
import { reportOf, type Sockets } from "../../status/node_report.ts";
import { nodeView } from "../../status/node_view.ts";
import { verify } from "../../verify.ts";
import { agentFindings } from "../../verify_agents.ts";
import { namingLines } from "../../verify_more.ts";
import { readFencings } from "../../why/fencings.ts";
import { coverage } from "../../commands/fence/coverage.ts";
import { surveyOf } from "../../commands/fence/survey.ts";
import type { HeartbeatFacts, Known } from "../facts.ts";
import type { Json } from "../../../runtime/messages.ts";

/** Nodes that are read at most. */
const peersMax = 100;

/** What heartbeat says, field by field. */
function heartbeatFacts(status: Json): HeartbeatFacts {
  return {
    packetBytes: numberOf(member(status, "packetBytes")),
    peers: listOf(member(status, "peers")).slice(0, peersMax).flatMap((one) => {
      const name = textOf(member(one, "name"));
      if (name === undefined) return [];
      const versions = textOf(member(one, "versions")) ?? "";
      // Of a node that does not run, it is the clock of its last life.
      const isThere = member(one, "status") === "active" || member(one, "status") === "up";
      const aheadS = isThere ? numberOf(member(one, "aheadS")) : undefined;
      return [{ name, versions: isThere ? versions.slice(0, peersMax) : "", aheadS }];
    }),
  };
}

/** What a CIB says by itself. */
export const cibFacts = (cib: Known["cib"], nowS: number): Pick<Known, "cib" | "cibLines"> => ({
  cib,
  cibLines: [...verify(cib, nowS).lines, ...namingLines(cib)],
});

/** What was learned of the cluster; undefined: no node answers. @param nowS since 1970. */
export async function clusterFacts(
  sockets: Sockets,
  nowS: number,
  wants: (name: keyof Known) => boolean,
): Promise<Partial<Known> | undefined> {
  const report = await reportOf(sockets);
  if (report === undefined) return undefined;
  const view = nodeView(report);
  const { heartbeat, stonithd } = report.answers;
  const cib = believedCib(report, view);
  return {
    view,
    ...(heartbeat === undefined ? {} : { heartbeat: heartbeatFacts(heartbeat) }),
    ...(stonithd === undefined ? {} : { fencings: readFencings(report) }),
    alerts: recipientsOf(report),
    ...(cib === undefined ? {} : cibFacts(cib, nowS)),
    ...(cib === undefined ? {} : { cluster: clusterState(workingSet(cib, nowS)) }),
    ...(cib === undefined || !wants("agentLines") ? {} : await agentFacts(sockets.cluster, cib)),
    ...(wants("coverage") ? await coverageFacts(sockets.cluster, view.members) : {}),
  };
}

/** Absent if a daemon does not answer: that is another check's affair. */
async function agentFacts(socket: string, cib: Known["cib"]): Promise<Partial<Known>> {
  try {
    await using client = await connect(socket);
    return { agentLines: await agentFindings(client, cib) };
  } catch (error) {
    return ignoreSilence(error);
  }
}

async function coverageFacts(
  socket: string,
  members: readonly string[],
): Promise<Partial<Known>> {
  try {
    await using client = await connect(socket);
    return { coverage: coverage(await surveyOf(client), members) };
  } catch (error) {
    return ignoreSilence(error);
  }
}

function ignoreSilence(error: unknown): Partial<Known> {
  const { TimedOut, ConnectionReset, ConnectionRefused, NotFound, PermissionDenied } = Deno.errors;
  const kinds = [TimedOut, ConnectionReset, ConnectionRefused, NotFound, PermissionDenied];
  if (kinds.some((kind) => error instanceof kind)) return {};
  throw error;
}
