/**
 * `ha resource secret rm`: removes a secret of this node.
 *
 * @module
 */
import { withCode } from "../../../../../metadata/code.ts";
import type { Command } from "../../../command.ts";
import { exit } from "../../../exit.ts";
import { filesGrant, folderOption, namedBy } from "./options.ts";

/** `ha resource secret rm RESOURCE NAME` */
export const remove: Command = {
  path: ["resource", "secret", "rm"],
  summary: "Remove a secret of this node, with the one before it",
  positionals: "RESOURCE NAME",
  details: "While the CIB names it, this node cannot start the resource.",
  options: { secrets: folderOption },
  grant: (call, where) => filesGrant(call, where, true),
  async run(call, io, where) {
    const named = namedBy(call, where, "rm");
    if (typeof named === "string") {
      io.err([named]);
      return exit.usage;
    }
    const { removeSecret } = await import("../../../secrets/files.ts");
    if (await removeSecret(named)) {
      io.out([`${named.place.file} removed`]);
      return exit.ok;
    }
    const fix = "ha resource secret ls lists the secrets of this node";
    io.err([withCode("HA7009", `There is no ${named.place.file}. Fix: ${fix}`)]);
    return exit.noSuch;
  },
};
