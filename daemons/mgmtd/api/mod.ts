/**
 * The table of all operations on a configuration.
 *
 * @module
 */
import * as holders from "./acl/holders.ts";
import * as acls from "./acl/reads.ts";
import * as roles from "./acl/roles.ts";
import * as alerts from "./alert/alerts.ts";
import * as levels from "./cluster/fence_levels.ts";
import * as nodes from "./cluster/nodes.ts";
import * as options from "./cluster/options.ts";
import * as tags from "./cluster/tags.ts";
import * as tickets from "./cluster/tickets.ts";
import { constraintLocation } from "./constraints/location.ts";
import * as relations from "./constraints/relations.ts";
import type { Operation } from "./operation.ts";
import * as clones from "./resources/clone.ts";
import { resourceCreate } from "./resources/create.ts";
import { resourceDelete } from "./resources/delete.ts";
import { resourceGroup, resourceUngroup } from "./resources/group.ts";
import * as moves from "./resources/move.ts";
import { resourceRefresh } from "./resources/refresh.ts";
import * as running from "./resources/run.ts";
import * as setting from "./resources/set.ts";
import * as rules from "./rules/reads.ts";
import * as reads from "./show/reads.ts";

/** In the order in which help shows them. */
export const operations: readonly Operation[] = [
  reads.resourceLs,
  reads.resourceShow,
  resourceCreate,
  setting.resourceSet,
  setting.resourceUnset,
  setting.resourceOp,
  resourceDelete,
  running.resourceStart,
  running.resourceStop,
  moves.resourceMove,
  moves.resourceBan,
  moves.resourceClear,
  running.resourceManage,
  running.resourceUnmanage,
  resourceRefresh,
  resourceGroup,
  resourceUngroup,
  clones.resourceClone,
  clones.resourcePromotable,
  clones.resourceUnclone,
  reads.constraintLs,
  constraintLocation,
  relations.constraintOrder,
  relations.constraintColocation,
  relations.constraintTicket,
  relations.constraintRm,
  reads.nodeLs,
  nodes.nodeStandby,
  nodes.nodeOnline,
  nodes.nodeMaintenance,
  nodes.nodeAttribute,
  nodes.nodeUtilization,
  reads.optionLs,
  options.optionSet,
  options.optionUnset,
  reads.tagLs,
  tags.tagCreate,
  tags.tagRm,
  reads.ticketLs,
  tickets.ticketGrant,
  tickets.ticketRevoke,
  tickets.ticketStandby,
  tickets.ticketActivate,
  acls.aclLs,
  acls.aclCheck,
  roles.aclRoleCreate,
  roles.aclRoleRm,
  roles.aclPermit,
  roles.aclUnpermit,
  holders.aclTargetAdd,
  holders.aclTargetRm,
  holders.aclGroupAdd,
  holders.aclGroupRm,
  rules.ruleLs,
  rules.ruleCheck,
  alerts.alertLs,
  alerts.alertAdd,
  alerts.alertSet,
  alerts.alertRm,
  levels.fenceLevelLs,
  levels.fenceLevelAdd,
  levels.fenceLevelRm,
  reads.configureShow,
];

/** The name of an operation as a method: `resource.create`. */
export const methodOf = ({ path }: Operation): string => path.join(".");
