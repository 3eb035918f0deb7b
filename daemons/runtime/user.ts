/**
 * Whom a program runs as, by the word of the kernel: never by its own.
 *
 * @module
 */
import { list, name, object, type Reader } from "./reader.ts";

/** Groups of one user at most. */
export const groupsMax = 256;

/** A user with the names of all groups that the process has. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A client that should have a user and has none: it may do what nobody was given a right for. */
export const nobody: User = { name: "", groups: [] };

/** Reads one, as the process that has asked the kernel passes it on. */
export const readUser: Reader<User> = object({ name, groups: list(name, groupsMax) });
