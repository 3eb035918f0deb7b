/**
 * What a user must be allowed for each operation: sections of the CIB that it shows or writes. A role
 * with these rights is enough, and one without any of them is not (`tests/access_matrix_test.ts`).
 *
 * @module
 */

/** A section of the CIB: the whole, the status, or a part of the configuration. */
export type Part =
  | "acls"
  | "alerts"
  | "cib"
  | "constraints"
  | "crm_config"
  | "fencing-topology"
  | "nodes"
  | "resources"
  | "rsc_defaults"
  | "status"
  | "tags";

/** The rights. */
export interface Needs {
  /** What it shows, or must see to make its change. */
  readonly reads: readonly Part[];
  readonly writes: readonly Part[];
}

const shows = (...reads: readonly Part[]): Needs => ({ reads, writes: [] });
const writes = (...parts: readonly Part[]): Needs => ({ reads: [], writes: parts });

/** By method. */
export const needs: Readonly<Record<string, Needs>> = {
  "resource.ls": shows("resources", "nodes", "status"),
  "resource.show": shows("resources", "constraints"),
  "resource.create": writes("resources"),
  "resource.set": writes("resources"),
  "resource.unset": writes("resources"),
  "resource.op": writes("resources"),
  "resource.delete": writes("resources", "constraints"),
  "resource.start": writes("resources"),
  "resource.stop": writes("resources"),
  "resource.move": { reads: ["nodes", "resources", "status"], writes: ["constraints"] },
  "resource.ban": { reads: ["nodes", "resources", "status"], writes: ["constraints"] },
  "resource.clear": { reads: ["resources"], writes: ["constraints"] },
  "resource.manage": writes("resources"),
  "resource.unmanage": writes("resources"),
  "resource.refresh": { reads: ["resources", "nodes"], writes: ["status"] },
  "resource.group": writes("resources"),
  "resource.ungroup": writes("resources"),
  "resource.clone": writes("resources"),
  "resource.promotable": writes("resources"),
  "resource.unclone": writes("resources"),
  "constraint.ls": shows("resources", "constraints"),
  "constraint.location": { reads: ["resources", "nodes"], writes: ["constraints"] },
  "constraint.order": { reads: ["resources"], writes: ["constraints"] },
  "constraint.colocation": { reads: ["resources"], writes: ["constraints"] },
  "constraint.ticket": { reads: ["resources"], writes: ["constraints"] },
  "constraint.rm": writes("constraints"),
  "node.ls": shows("nodes", "status"),
  "node.standby": writes("nodes"),
  "node.online": writes("nodes"),
  "node.maintenance": writes("nodes"),
  "node.attribute": writes("nodes"),
  "node.utilization": writes("nodes"),
  "option.ls": shows("crm_config", "rsc_defaults"),
  "option.set": writes("crm_config"),
  "option.unset": writes("crm_config"),
  "tag.ls": shows("tags"),
  "tag.create": { reads: ["resources"], writes: ["tags"] },
  "tag.rm": writes("tags"),
  "ticket.ls": shows("constraints", "status"),
  "ticket.grant": { reads: ["constraints"], writes: ["status"] },
  "ticket.revoke": { reads: ["constraints"], writes: ["status"] },
  "ticket.standby": { reads: ["constraints"], writes: ["status"] },
  "ticket.activate": { reads: ["constraints"], writes: ["status"] },
  "acl.ls": shows("acls", "crm_config"),
  "acl.check": shows("cib"),
  "acl.role.create": writes("acls"),
  "acl.role.rm": writes("acls"),
  "acl.permit": writes("acls"),
  "acl.unpermit": writes("acls"),
  "acl.target.add": writes("acls"),
  "acl.target.rm": writes("acls"),
  "acl.group.add": writes("acls"),
  "acl.group.rm": writes("acls"),
  "rule.ls": shows("constraints", "nodes"),
  "rule.check": shows("constraints", "nodes"),
  "alert.ls": shows("alerts"),
  "alert.add": writes("alerts"),
  "alert.set": writes("alerts"),
  "alert.rm": writes("alerts"),
  "fence.level.ls": shows("fencing-topology", "nodes"),
  "fence.level.add": { reads: ["nodes", "resources"], writes: ["fencing-topology"] },
  "fence.level.rm": { reads: ["nodes"], writes: ["fencing-topology"] },
  "configure.show": shows("cib"),
};
