/**
 * `ha cluster token`: opens a token with which one machine may join.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import { type Diagnostic, DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { endpointsOf, portOf, wrong } from "../../cluster/given.ts";
import { portDefault } from "../../cluster/join/links.ts";
import { type Opening, openToken } from "../../cluster/join/open_token.ts";
import { readRecord, recordFile } from "../../cluster/join/record.ts";
import { nodeOptions, placesIn, placesOf } from "../../cluster/places.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";

/** The command. */
export const clusterToken: Command = {
  path: ["cluster", "token"],
  summary: "Open a token with which one machine may join this cluster",
  details:
    `The token is good for one machine and ten minutes. While it is open, a process listens on its port
(TCP). After five wrong secrets it is void. One token of a node is open at a time.`,
  options: {
    address: {
      type: "string",
      value: "ADDRESS",
      summary: "Address of this machine to listen on; that of its first link if left out",
    },
    port: {
      type: "string",
      value: "PORT",
      summary: "TCP port; that of its first link if left out",
    },
    close: { type: "boolean", summary: "Close the open token" },
    ...nodeOptions,
  },
  consults: (call, where) => [placesOf(call, where).config],
  grant(call, where, consulted) {
    const there = placesOf(call, where);
    const places = placesIn(there, consulted?.get(there.config));
    const record = recordFile(places.run);
    return call.options.close === true
      ? { read: [places.config, record], write: [record] }
      : { read: [places.config, record], run: ["/bin/sh"] };
  },
  async run(call, io, where) {
    const { config } = placesOf(call, where);
    const opening = await openingOf(call, config);
    const { run } = opening;
    const open = await readRecord(run);
    const isOpen = open?.state === "open" && open.endsAtMs > Date.now();
    if (call.options.close === true) {
      if (isOpen) await Deno.remove(recordFile(run));
      io.out([isOpen ? "The token is closed" : "No token is open"]);
      return exit.ok;
    }
    if (isOpen) {
      io.err([
        withCode(
          "HA0042",
          `A token is open until ${
            timeText(open.endsAtMs)
          }. Fix: use it, or close it: ha cluster token --close`,
        ),
      ]);
      return exit.exists;
    }
    return await offerToken(opening, io, where);
  },
};

/** Opens a token, and prints the line for the machine that joins. */
export async function offerToken(opening: Opening, io: Io, where: Where): Promise<number> {
  const opened = await openToken(opening, where);
  if ("why" in opened) {
    io.err([opened.why]);
    return exit.unavailable;
  }
  io.out([
    `One machine may join until ${timeText(opened.endsAtMs)}. Run there, as root:`,
    `  ha cluster join ${opened.token} --address ADDRESS`,
    `For another machine, or later than that: ha cluster token`,
  ]);
  return exit.ok;
}

/** As people of this machine have it. */
const timeText = (ms: number): string => new Date(ms).toTimeString().slice(0, 8);

async function openingOf(call: Call, path: string): Promise<Opening> {
  const read = readNodeConfig(await readText(path, bytesMax.nodeConfig));
  if (!read.ok) throw new DiagnosticError(`Cannot use "${path}"`, read.diagnostics);
  const { media: [link], run, authkeys } = read.value;
  const found: Diagnostic[] = [];
  const [given] = endpointsOf(call, "address", found);
  const port = portOf(call, "port", link?.port ?? portDefault, found);
  const address = given?.address ?? link?.address;
  if (address === undefined) {
    found.push(wrong("--address", "the first link has no address", "write --address ADDRESS"));
  }
  if (address === undefined || found.length > 0) {
    throw new DiagnosticError("Cannot open a token", found);
  }
  return { address, port, config: path, authkeys, run };
}
