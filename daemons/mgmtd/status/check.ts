/**
 * The status for a monitoring system: one line and one of the exit codes that Nagios plugins have.
 *
 * @module
 */
import type { ClusterState } from "./cluster_state.ts";
import { primitivesIn } from "./cluster_state.ts";

/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (Nagios Plugins Development Guidelines). */
export interface Verdict {
  readonly code: 0 | 1 | 2 | 3;
  readonly line: string;
}

/** Judges. @param warnings what the status warns of. */
export function verdictOf(
  cluster: ClusterState | undefined,
  { quorate, warnings }: {
    readonly quorate: boolean | undefined;
    readonly warnings: readonly string[];
  },
): Verdict {
  if (cluster === undefined) return { code: 3, line: "UNKNOWN: the node gives no CIB" };
  const primitives = primitivesIn(cluster.resources);
  const critical = [
    ...(quorate === true ? [] : ["no quorum"]),
    ...cluster.nodes.filter(({ state }) => state.includes("UNCLEAN")).map(({ name }) =>
      `${name} is to be fenced`
    ),
    ...primitives.filter(({ blocked }) => blocked).map(({ id }) => `${id} is blocked`),
    ...primitives.filter(({ failed, blocked }) => failed && !blocked).map(({ id }) =>
      `${id} failed`
    ),
  ];
  const warned = [
    ...cluster.nodes.filter(({ online, state }) => !online && !state.includes("UNCLEAN"))
      .map(({ name }) => `${name} is offline`),
    ...cluster.nodes.filter(({ online, state }) => online && state !== "online")
      .map(({ name, state }) => `${name}: ${state}`),
    ...(cluster.maintenanceMode ? ["maintenance mode"] : []),
    ...cluster.failedActions.map(({ operation, node }) => `${operation} failed on ${node}`),
    ...cluster.errors,
    ...warnings,
  ];
  const running = primitives.filter(({ runsOn }) => runsOn.length > 0).length;
  const counts =
    `${cluster.nodes.filter(({ online }) => online).length} of ${cluster.nodes.length} ` +
    `nodes online, ${running} of ${primitives.length} resources running`;
  const worst = critical.length > 0 ? "CRITICAL" : warned.length > 0 ? "WARNING" : "OK";
  return {
    code: critical.length > 0 ? 2 : warned.length > 0 ? 1 : 0,
    line: [`${worst}: ${counts}`, ...critical, ...warned].join("; "),
  };
}
