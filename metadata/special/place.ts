/**
 * Special types that name something on this machine or in the cluster.
 *
 * @module
 */
import { type Special, special } from "./special.ts";

/**
 * Whether the text is the absolute path of one file or folder, spelt in the one way in which it
 * names what it seems to name. The root is refused: a grant of it is a grant of everything.
 */
export function isPath(text: string): boolean {
  if (text.length > 4095 || !/^(?:\/[\p{L}\p{M}\p{N}._@+=:~#%-]{1,255})+$/u.test(text)) {
    return false;
  }
  return text.split("/").every((step) => step !== "." && step !== "..");
}

/** A file or folder. */
export const path: Special = special(
  { noun: "a path", example: "/etc/ha/authkeys", confined: true },
  isPath,
  "a path begins with /, is more than /, and has no .., blank, comma, wildcard, quote or control character",
);

/** A device file. */
export const device: Special = special(
  { noun: "a device", example: "/dev/watchdog", confined: true },
  (text) => isPath(text) && /^\/dev\/./.test(text),
  "a device is a path below /dev, without .., blank, comma or wildcard",
);

/** A node of the cluster, by its name. */
export const node: Special = special(
  { noun: "a node's name", example: "alice", confined: true },
  (text) =>
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9_])?$/.test(text) && !text.includes(".."),
  "a node's name is letters, digits, dots, hyphens and underscores, at most 255",
);

/** A resource of the cluster, by its id. */
export const resource: Special = special(
  { noun: "a resource's id", example: "web-server", confined: true },
  (text) => /^[A-Za-z_][A-Za-z0-9._-]{0,254}$/.test(text) && !text.includes(".."),
  "a resource's id begins with a letter and goes on with letters, digits, dots, hyphens and underscores",
);

/** A universally unique identifier. */
export const uuid: Special = special(
  {
    noun: "a UUID",
    example: "123e4567-e89b-42d3-a456-426614174000",
    confined: true,
    format: "uuid",
  },
  (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  "a UUID is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12",
);

/** A secret text. */
export const secret: Special = special(
  { noun: "a secret", example: "a long phrase", confined: false, input: "password" },
  (text) => !/[\r\n]/.test(text),
  "a secret is one line",
);
