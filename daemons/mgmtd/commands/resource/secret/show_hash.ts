/**
 * `ha resource secret show-hash`: the reference that names the secret of this node, and not its text.
 *
 * @module
 */
import { withCode } from "../../../../../metadata/code.ts";
import { referencePrefix } from "../../../../../metadata/secrets/reference.ts";
import type { Command } from "../../../command.ts";
import { exit } from "../../../exit.ts";
import { filesGrant, folderOption, namedBy } from "./options.ts";

/** `ha resource secret show-hash RESOURCE NAME` */
export const showHash: Command = {
  path: ["resource", "secret", "show-hash"],
  summary: "Print the reference of a secret of this node: a keyed digest, never its text",
  positionals: "RESOURCE NAME",
  details: "Nodes with the same folder of secrets print the same.",
  options: { secrets: folderOption },
  grant: (call, where) => filesGrant(call, where),
  async run(call, io, where) {
    const named = namedBy(call, where, "show-hash");
    if (typeof named === "string") {
      io.err([named]);
      return exit.usage;
    }
    const { markIn } = await import("../../../secrets/files.ts");
    const mark = await markIn(named);
    if (mark === undefined) {
      const what = `This node has no secret ${named.place.file}, or no key of digests`;
      const fix = `ha resource secret set ${named.resource} ${named.name}`;
      io.err([withCode("HA7009", `${what}. Fix: ${fix}`)]);
      return exit.noSuch;
    }
    io.out([`${referencePrefix}${mark}`]);
    return exit.ok;
  },
};
