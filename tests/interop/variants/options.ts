/**
 * Other cluster options, another quorum, other tickets.
 *
 * @module
 */
import { append, child, ensure } from "../../../daemons/pengine/simulate/cib_edit.ts";
import { inject, type Injections } from "../../../daemons/pengine/simulate/inject.ts";
import { type Change, type Changes, find, setPair } from "./change.ts";

const values: Readonly<Record<string, readonly string[]>> = {
  "stonith-enabled": ["true", "false"],
  "symmetric-cluster": ["true", "false"],
  "placement-strategy": ["default", "utilization", "minimal", "balanced"],
  "stop-all-resources": ["true"],
  "maintenance-mode": ["true"],
  "concurrent-fencing": ["true", "false"],
  "start-failure-is-fatal": ["true", "false"],
  "enable-startup-probes": ["true", "false"],
  "shutdown-lock": ["true"],
  "node-health-strategy": ["none", "migrate-on-red", "only-green", "progressive", "custom"],
  "node-health-base": ["10"],
  "stonith-action": ["off", "reboot"],
  "startup-fencing": ["true", "false"],
  "stop-orphan-resources": ["false", "true"],
  "stop-orphan-actions": ["false", "true"],
  "remove-after-stop": ["true"],
  "migration-limit": ["0", "1"],
  "batch-limit": ["1"],
  "priority-fencing-delay": ["30s"],
  "have-watchdog": ["true"],
  "stonith-watchdog-timeout": ["10s"],
  "cluster-delay": ["2min"],
  "default-action-timeout": ["33s"],
  "is-managed-default": ["false"],
  "default-resource-stickiness": ["50"],
};

export const optionChanges: Changes = () =>
  Object.entries(values).flatMap(([name, list]) =>
    list.map((value): Change => ({
      kind: "option",
      what: `${name}=${value}`,
      apply: (changed) => {
        const configuration = child(changed.root, "configuration") ??
          append(changed.root, "configuration");
        setPair(ensure(configuration, "crm_config"), "cluster_property_set", name, value);
      },
    }))
  );

export const quorumChanges: Changes = () =>
  ["stop", "freeze", "ignore", "demote", "suicide"].map((policy): Change => ({
    kind: "quorum_lost",
    what: `quorum lost, no-quorum-policy=${policy}`,
    apply: (changed) => {
      changed.root.attributes["have-quorum"] = "0";
      const configuration = child(changed.root, "configuration") ??
        append(changed.root, "configuration");
      const config = ensure(configuration, "crm_config");
      setPair(config, "cluster_property_set", "no-quorum-policy", policy);
    },
  }));

export const ticketChanges: Changes = (cib) => {
  const names = new Set([
    ...find(cib.root, "rsc_ticket").flatMap(({ attributes }) => attributes.ticket ?? []),
    ...find(cib.root, "ticket_state").flatMap(({ attributes }) => attributes.id ?? []),
  ]);
  return [...names].flatMap((ticket): readonly Change[] => {
    const injected = (what: string, injections: Injections): Change => ({
      kind: "ticket",
      what: `${ticket} ${what}`,
      apply: (changed) => void inject(changed, injections, () => undefined, 0),
    });
    return [
      injected("granted", { ticketsGranted: [ticket] }),
      injected("revoked", { ticketsRevoked: [ticket] }),
      injected("standby", { ticketsStandby: [ticket] }),
      injected("active", { ticketsActive: [ticket] }),
      injected("granted but standby", { ticketsGranted: [ticket], ticketsStandby: [ticket] }),
      ...["stop", "demote", "fence", "freeze"].map((policy): Change => ({
        kind: "ticket",
        what: `${ticket} loss-policy=${policy}`,
        apply: (changed) => {
          for (const one of find(changed.root, "rsc_ticket")) {
            if (one.attributes.ticket === ticket) one.attributes["loss-policy"] = policy;
          }
        },
      })),
      ...["Started", "Stopped", "Master", "Slave"].map((role): Change => ({
        kind: "ticket",
        what: `${ticket} rsc-role=${role}`,
        apply: (changed) => {
          for (const one of find(changed.root, "rsc_ticket")) {
            if (one.attributes.ticket === ticket && one.attributes.rsc !== undefined) {
              one.attributes["rsc-role"] = role;
            }
          }
        },
      })),
    ];
  });
};
