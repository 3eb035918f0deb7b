/**
 * The role a resource is to have.
 *
 * @module
 */
import type { Resource, Role } from "../model.ts";

/** Sets the next role and remembers why, for people. */
export function setNextRole(resource: Resource, role: Role, reason: string): void {
  if (resource.nextRole !== role || resource.nextRoleReason === undefined) {
    resource.nextRoleReason = reason;
  }
  resource.nextRole = role;
}
