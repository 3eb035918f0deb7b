/**
 * Roles as a CIB writes them.
 *
 * @module
 */
import { Role } from "../model.ts";

/** The role, `unknown` where it is none; the words of older releases count too. */
export function parseRole(text: string | undefined): Role {
  switch (text?.toLowerCase()) {
    case "stopped":
      return Role.stopped;
    case "started":
      return Role.started;
    case "unpromoted":
    case "slave":
      return Role.unpromoted;
    case "promoted":
    case "master":
      return Role.promoted;
    default:
      return Role.unknown;
  }
}
