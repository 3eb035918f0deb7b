/**
 * `ha resource secret set`: puts a secret into a file of this node, and its reference into the CIB.
 *
 * @module
 */
import { withCode } from "../../../../../metadata/code.ts";
import { notASecret, referencePrefix } from "../../../../../metadata/secrets/reference.ts";
import type { Command, Io } from "../../../command.ts";
import { exit } from "../../../exit.ts";
import { withNode } from "../../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../../node_sockets.ts";
import type { Named } from "../../../secrets/files.ts";
import { filesGrant, folderOption, namedBy } from "./options.ts";

/** Characters under which a secret stands in too many words to be hidden in what agents say. */
const hiddenMin = 4;

/** `ha resource secret set RESOURCE NAME` */
export const set: Command = {
  path: ["resource", "secret", "set"],
  summary: "Put a secret parameter into a file of this node: typed, or on standard input",
  positionals: "RESOURCE NAME",
  details:
    "Prints the reference that the CIB gets instead of the value; --cib writes it there. Do\n" +
    "this on each node first, or copy the whole folder to it, since a node without the secret\n" +
    "cannot start the resource. The value before stays usable until all nodes have the new one.",
  options: {
    secrets: folderOption,
    cib: { type: "boolean", summary: "Also write the reference into the CIB, as the last step" },
    run: runOption,
  },
  grant(call, where) {
    const files = filesGrant(call, where, true);
    if (call.options.cib !== true) return files;
    const { net, read, write } = socketGrant(clusterSocket(call, where));
    return {
      ...files,
      net,
      read: [...files.read ?? [], ...read],
      write: [...files.write ?? [], ...write],
    };
  },
  async run(call, io, where) {
    const named = namedBy(call, where, "set");
    if (typeof named === "string") {
      io.err([named]);
      return exit.usage;
    }
    const { secretGiven } = await import("../../../secrets/given.ts");
    const { writeSecret } = await import("../../../secrets/files.ts");
    const secret = await secretGiven(io, `Secret "${named.name}" of ${named.resource}`);
    if (secret === undefined) {
      io.err([withCode("HA7009", "No secret is set: both differ. Fix: type the same twice")]);
      return exit.invalidParameter;
    }
    const why = notASecret(secret);
    if (why !== undefined) {
      io.err([`No secret is set: ${why}`]);
      return exit.invalidParameter;
    }
    const mark = await writeSecret(named, secret);
    if (typeof mark !== "string") {
      io.err(mark);
      return exit.unsafe;
    }
    if (secret.length < hiddenMin) {
      io.err([
        `warning: a secret of less than ${hiddenMin} characters is not hidden in output of agents`,
      ]);
    }
    const reference = `${referencePrefix}${mark}`;
    if (call.options.cib === true) {
      return await withNode(clusterSocket(call, where), io, async (client) => {
        const { cibOf, change } = await import("../../../secrets/ask_cib.ts");
        const { referenceChange, resourcesIn } = await import("../../../secrets/in_cib.ts");
        const cib = await cibOf(client);
        const wanted = referenceChange(cib, { ...named, reference });
        if (wanted === undefined) return noResource(named, resourcesIn(cib), io);
        const refused = await change(client, wanted);
        if (refused === undefined) {
          io.out([`${named.place.file} written; the CIB has ${reference}`]);
        } else io.err([`${named.place.file} is written, but the CIB is not changed: ${refused}`]);
        return refused === undefined ? exit.ok : exit.tryAgain;
      });
    }
    io.out([
      `${named.place.file} written. Value of the parameter in the CIB: ${reference}`,
      `Next: copy ${named.folder} to the other nodes, with owner and modes; then the same with --cib`,
    ]);
    return exit.ok;
  },
};

async function noResource({ resource, place }: Named, known: readonly string[], io: Io) {
  const { didYouMean } = await import("../../../../../metadata/nearest.ts");
  const near = didYouMean(resource, [...known]);
  io.err([
    withCode(
      "HA0006",
      `${place.file} is written, but the CIB has no resource "${resource}". Fix: correct the name.${near}`,
    ),
  ]);
  return exit.noSuch;
}
