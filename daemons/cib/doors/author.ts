/**
 * What a change says of itself: which command, who asked for it and why, and a mark by which it is
 * recognised later. It is written into the attributes of the CIB's root that are meant for that.
 *
 * Nobody vouches for it: a program that may write the CIB may name any user here.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { clip } from "../../../metadata/clip.ts";
import { printableLine } from "../../../metadata/printable.ts";

/** Who changes what, and why. */
export interface Author {
  /** Name of the user, as the environment has it. */
  readonly user: string;
  /** The command with its arguments. */
  readonly command: string;
  readonly reason: string | undefined;
}

/** Characters of a command and of a reason that are kept. */
const charactersMax = 400;

/** A change that is on its way. */
export interface Marked {
  /** `set` of the root's attributes. */
  readonly set: Readonly<Record<string, string>>;
  /** Whether a document is the one that this change has made, and nobody has changed since. */
  isIn(root: XmlElement): boolean;
}

/**
 * Marks a change on top of a document: it takes effect only if the configuration is still the same.
 *
 * @param token random, so that nobody else has it.
 */
export function marked(root: XmlElement, author: Author, token: string, nowMs: number): Marked {
  const { admin_epoch = "0", epoch = "0" } = root.attributes;
  const client = clientText(author, token);
  return {
    set: {
      // A newer configuration than this one refuses the change.
      admin_epoch,
      epoch,
      "cib-last-written": new Date(nowMs).toUTCString(),
      "update-client": client,
      "update-user": clip(printableLine(author.user), 64),
    },
    isIn: ({ attributes }) => attributes["update-client"] === client,
  };
}

/** `ha resource create web ... | because of X | 1a2b3c4d` */
function clientText({ command, reason }: Author, token: string): string {
  const part = (text: string) => clip(printableLine(text), charactersMax).replaceAll("|", "/");
  return [part(command), ...(reason === undefined ? [] : [part(reason)]), token].join(" | ");
}

/** What a document says of its last change; undefined if no command of `ha` made it. */
export function authorIn(attributes: Readonly<Record<string, string>>):
  | (Author & { readonly token: string; readonly at: string | undefined })
  | undefined {
  const parts = attributes["update-client"]?.split(" | ") ?? [];
  const [command, second, third] = parts;
  const token = third ?? second;
  if (command === undefined || token === undefined || !/^[\da-f]{8}$/.test(token)) return undefined;
  const at = Date.parse(attributes["cib-last-written"] ?? "");
  return {
    command,
    reason: third === undefined ? undefined : second,
    user: attributes["update-user"] ?? "",
    token,
    at: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
  };
}
