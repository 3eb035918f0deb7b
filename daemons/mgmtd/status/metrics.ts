/**
 * The status as metrics in the text format of Prometheus, under the names of `ha_cluster_exporter`, so
 * that its dashboards go on working. What that exporter does not have begins with `ha_node_`.
 *
 * Each series appears once: a second one of the same labels would make Prometheus refuse all.
 *
 * @module
 */
import type { ClusterState, ResourceState } from "./cluster_state.ts";
import type { NodeView } from "./node_view.ts";

type Labels = Readonly<Record<string, string>>;

/** Metrics while they are collected. */
class Metrics {
  readonly #families = new Map<string, { help: string; series: Map<string, number> }>();

  gauge(name: string, help: string, value: number, labels: Labels = {}): void {
    const family = this.#families.get(name) ?? { help, series: new Map<string, number>() };
    this.#families.set(name, family);
    const text = Object.entries(labels).map(([key, one]) => `${key}="${escaped(one)}"`).join(",");
    family.series.set(text === "" ? "" : `{${text}}`, value);
  }

  text(): string {
    return [...this.#families].map(([name, { help, series }]) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...[...series].map(([labels, value]) => `${name}${labels} ${value}`),
      ].join("\n") + "\n"
    ).join("");
  }
}

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

/** What is measured. */
export interface Measured {
  /** Undefined: the node gives no CIB. */
  readonly cluster: ClusterState | undefined;
  readonly view: NodeView;
  /** Whether resources without a fencing device are refused. */
  readonly fencing: boolean | undefined;
  /** Seconds since 1970 of the last change of the configuration. */
  readonly changedS: number | undefined;
}

/** The text. */
export function metricsText({ cluster, view, fencing, changedS }: Measured): string {
  const metrics = new Metrics();
  ofNode(metrics, view);
  if (cluster !== undefined) ofCluster(metrics, cluster);
  if (fencing !== undefined) {
    metrics.gauge(
      "ha_cluster_pacemaker_stonith_enabled",
      "Whether fencing is enabled",
      Number(fencing),
    );
  }
  if (changedS !== undefined) {
    metrics.gauge(
      "ha_cluster_pacemaker_config_last_change",
      "The timestamp of the last change of the configuration",
      changedS,
    );
  }
  return metrics.text();
}

function ofNode(metrics: Metrics, view: NodeView): void {
  metrics.gauge(
    "ha_cluster_corosync_quorate",
    "Whether the cluster is quorate",
    Number(view.quorate === true),
  );
  metrics.gauge(
    "ha_node_in_step",
    "Whether this node has the CIB of the coordinator",
    Number(view.inStep),
  );
  metrics.gauge("ha_node_members", "Members of the view that this node is in", view.members.length);
  metrics.gauge(
    "ha_node_silent_daemons",
    "Daemons of this node that do not answer",
    view.silent.length,
  );
  for (const { name, state } of view.links) {
    metrics.gauge("ha_node_link_up", "Whether a link of this node is up", Number(state === "up"), {
      link: name,
    });
  }
  for (const { name, status } of view.peers) {
    const heard = status === "active" || status === "up";
    metrics.gauge("ha_node_peer_heard", "Whether this node hears another one", Number(heard), {
      node: name,
    });
  }
}

function ofCluster(metrics: Metrics, cluster: ClusterState): void {
  for (const { name, kind, state, online, isDc, fenceReasons } of cluster.nodes) {
    const statuses: Readonly<Record<string, boolean>> = {
      online,
      standby: state.includes("standby"),
      maintenance: state.includes("maintenance"),
      pending: state.includes("pending"),
      unclean: state.includes("UNCLEAN") || fenceReasons.length > 0,
      shutdown: state.includes("shutdown"),
      dc: isDc,
    };
    for (const [status, holds] of Object.entries(statuses)) {
      if (!holds) continue;
      const labels = { node: name, type: kind === "cluster" ? "member" : kind, status };
      metrics.gauge(
        "ha_cluster_pacemaker_nodes",
        "The status of each node in the cluster",
        1,
        labels,
      );
    }
  }
  for (const one of cluster.resources) ofResource(metrics, one, { group: "", clone: "" });
  for (const { resource, node, count, migrationThreshold } of cluster.failCounts) {
    const labels = { node, resource };
    metrics.gauge(
      "ha_cluster_pacemaker_fail_count",
      "The fail count per node and resource",
      count,
      labels,
    );
    metrics.gauge(
      "ha_cluster_pacemaker_migration_threshold",
      "The migration threshold per node and resource",
      migrationThreshold,
      labels,
    );
  }
  metrics.gauge(
    "ha_cluster_failed_actions",
    "Operations that failed and were not cleaned up",
    cluster.failedActions.length,
  );
}

function ofResource(
  metrics: Metrics,
  of: ResourceState,
  within: { readonly group: string; readonly clone: string },
): void {
  if (of.members.length > 0) {
    const inner = of.variant === "group"
      ? { ...within, group: of.id }
      : of.variant === "clone"
      ? { ...within, clone: of.id }
      : within;
    for (const member of of.members) ofResource(metrics, member, inner);
    return;
  }
  const statuses: Readonly<Record<string, boolean>> = {
    active: of.runsOn.length > 0,
    orphaned: of.orphaned,
    blocked: of.blocked,
    failed: of.failed,
  };
  for (const node of of.runsOn.length === 0 ? [""] : of.runsOn) {
    for (const [status, holds] of Object.entries(statuses)) {
      if (!holds) continue;
      metrics.gauge("ha_cluster_pacemaker_resources", "The status of each resource", 1, {
        node,
        resource: of.id.replace(/:\d+$/, ""),
        role: of.state.toLowerCase(),
        managed: String(of.managed),
        status,
        agent: of.agent ?? "",
        ...within,
      });
    }
  }
}
