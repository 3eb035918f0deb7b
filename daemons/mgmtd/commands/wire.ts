/**
 * `ha wire`: packets of heartbeat, taken apart and checked.
 *
 * @module
 */
import { resolve } from "node:path";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Auth } from "../../../plugins/handler/auth/contract.ts";
import { diagnosticText } from "../../../metadata/diagnostic.ts";
import { readAuthkeys } from "../../heartbeat/doors/configuration.ts";
import type { Keys } from "../../heartbeat/doors/packets.ts";
import { bytesMax, readBounded, readNamed } from "../../site/bounded_file.ts";
import type { Call, Command, Io, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { checkVector } from "../wire/check.ts";
import { decodePacket, packetText } from "../wire/decode.ts";
import { openToolbox, type Toolbox } from "../wire/toolbox.ts";
import { readVectors } from "../wire/vectors.ts";

/** Bytes of a file with a packet at most: far more than any packet, far less than memory. */
const fileBytesMax = 16 * 1024 * 1024;

const options = {
  authkeys: {
    type: "string",
    value: "FILE",
    summary: "The keys, in the format of heartbeat's authkeys",
  },
  json: { type: "boolean", summary: "JSON instead of text" },
} as const;

/** `ha wire decode FILE...` */
export const wireDecode: Command = {
  path: ["wire", "decode"],
  summary: "Show captured packets, and whether their signatures are valid",
  positionals: "FILE...",
  details:
    "A file holds one packet, byte for byte: the data of a datagram, or one frame of a line.",
  options,
  grant: (call, where) => ({
    read: [...code(where), ...files(call, where), ...keyFile(call, where)],
  }),
  async run(call, io, where) {
    if (call.positionals.length === 0) {
      io.err("Name the files to decode\n");
      return exit.usage;
    }
    await using toolbox = await openToolbox(where.project);
    const keys = await keysOf(call, io, where, toolbox);
    const troubles: string[] = [];
    const shown: ({ readonly file: string } & ReturnType<typeof decodePacket>)[] = [];
    for (const [at, path] of files(call, where).entries()) {
      const file = call.positionals[at] ?? path;
      try {
        const { bytes } = await readBounded(path, fileBytesMax);
        shown.push({ file, ...decodePacket(bytes, toolbox, keys) });
      } catch (error) {
        troubles.push(`Cannot read "${file}": ${messageOf(error)}`);
      }
    }
    for (const trouble of troubles) io.err([trouble]);
    io.out(
      call.options["json"] === true
        ? `${JSON.stringify(shown, null, 2)}\n`
        : shown.map((packet) => packetText(packet.file, packet)).join(""),
    );
    const good = troubles.length === 0 &&
      shown.every(({ why, signature }) =>
        why === undefined && (signature === "right" || signature === "not checked")
      );
    return good ? exit.ok : exit.badData;
  },
};

/** `ha wire check VECTORS.json` */
export const wireCheck: Command = {
  path: ["wire", "check"],
  summary: "Decode, verify and encode again every packet of a set",
  positionals: "VECTORS.json...",
  details:
    "Prints how many were equal. Without --authkeys each packet is verified with its own key.",
  options,
  grant: (call, where) => ({
    read: [
      ...code(where),
      ...files(call, where).flatMap((path) => [path, resolve(path, "../samples")]),
      ...keyFile(call, where),
    ],
  }),
  async run(call, io, where) {
    if (call.positionals.length === 0) {
      io.err("Name the file of vectors\n");
      return exit.usage;
    }
    await using toolbox = await openToolbox(where.project);
    const keys = await keysOf(call, io, where, toolbox);
    const failed: { readonly name: string; readonly wrong: readonly string[] }[] = [];
    const troubles: string[] = [];
    let vectors = 0;
    for (const path of files(call, where)) {
      const read = await readVectors(path);
      troubles.push(...read.troubles);
      for (const vector of read.vectors) {
        vectors++;
        const wrong = await checkVector(vector, toolbox, keys).catch((error) => [
          `it cannot be checked: ${messageOf(error)}`,
        ]);
        if (wrong.length > 0) failed.push({ name: vector.name, wrong });
      }
    }
    for (const trouble of troubles) io.err([trouble]);
    const equal = vectors - failed.length;
    if (call.options["json"] === true) {
      io.out(`${JSON.stringify({ vectors, equal, failed }, null, 2)}\n`);
    } else {
      for (const { name, wrong } of failed) io.out([`${name}: ${wrong.join("; ")}`]);
      io.out(`${equal} of ${vectors} equal\n`);
    }
    return failed.length + troubles.length === 0 ? exit.ok : exit.badData;
  },
};

const code = ({ project }: Where): string[] =>
  ["plugins", "pils", "metadata"].map((folder) => `${project}/${folder}`);

const files = (call: Call, { here }: Where): string[] =>
  call.positionals.map((path) => resolve(here, path));

function keyFile(call: Call, { here }: Where): string[] {
  const { authkeys } = call.options;
  return typeof authkeys === "string" ? [resolve(here, authkeys)] : [];
}

/** The keys of the file that was named; undefined if none was. */
async function keysOf(
  call: Call,
  io: Io,
  where: Where,
  toolbox: Toolbox,
): Promise<Keys | undefined> {
  const [path] = keyFile(call, where);
  if (path === undefined) return undefined;
  // Access is not checked here: the mode of the file does not concern this command.
  const text = await readNamed(path, bytesMax.authkeys, "keep");
  const read = readAuthkeys(text, 0o600, "looking");
  if (!read.ok) {
    throw new Error(
      [`Cannot use "${path}":`, ...read.diagnostics.map(diagnosticText)].join("\n  "),
    );
  }
  for (const warning of read.warnings) io.err(`${diagnosticText(warning)}\n`);
  const entries = new Map<number, Auth>();
  for (const { authnum, method, key } of read.value.entries) {
    entries.set(authnum, await toolbox.auth(method, key));
  }
  return { entries, current: read.value.current };
}
