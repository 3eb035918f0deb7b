/**
 * `ha configure diff`, `apply`, `backup` and `restore`: whole configurations in files.
 *
 * @module
 */
import { resolve } from "node:path";
import type { XmlElement } from "@std/xml";
import { withCode } from "../../../../metadata/code.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { withNode } from "../../node_client.ts";
import { clusterSocket, runOption, usersGrant } from "../../node_sockets.ts";
import { wholeGrant } from "../../whole_file.ts";
import { changeBy, changeOptions, cibIn, steerGrant } from "../steer.ts";

/** The one file that is named. */
const named = ({ positionals }: Call, { here }: Where): string | undefined => {
  const [path, ...more] = positionals;
  return path === undefined || more.length > 0 ? undefined : resolve(here, path);
};

const missing = (io: Io, word: string): number => {
  io.err(`${withCode("HA0002", `Name one file. Fix: ha configure ${word} FILE`)}\n`);
  return exit.usage;
};

/** The configuration of one document in the place of that of another one. */
export function withConfigurationOf(cib: XmlElement, from: XmlElement): XmlElement {
  const isIt = (child: XmlElement["children"][number]): child is XmlElement =>
    child.type === "element" && child.name.raw === "configuration";
  const configuration = from.children.find(isIt);
  const validate = from.attributes["validate-with"];
  return {
    ...cib,
    attributes: validate === undefined
      ? cib.attributes
      : Object.assign(Object.create(null) as Record<string, string>, cib.attributes, {
        "validate-with": validate,
      }),
    children: cib.children.map((child) =>
      isIt(child) && configuration !== undefined ? configuration : child
    ),
  };
}

const { file: _, ...applyOptions } = changeOptions;

const applying = (word: "apply" | "restore", summary: string): Command => ({
  path: ["configure", word],
  summary,
  positionals: "FILE",
  details:
    "Only what differs is changed, in one step. The file is a whole CIB; its status is not looked at.\n" +
    "A bad configuration is refused with all its problems, and nothing of it takes effect.",
  options: applyOptions,
  grant(call, where) {
    const path = named(call, where);
    const base = steerGrant(call, where, true);
    return { ...base, read: [...base.read, ...(path === undefined ? [] : [path])] };
  },
  async run(call, io, where) {
    const path = named(call, where);
    if (path === undefined) return missing(io, word);
    const wanted = await cibIn(path, io);
    if (typeof wanted === "number") return wanted;
    const done = [`The configuration is that of ${path}`];
    return await changeBy(
      (cib) => ({ cib: withConfigurationOf(cib, wanted), done, named: [] }),
      call,
      io,
      where,
      { command: `ha configure ${word} ${call.positionals[0]}` },
    );
  },
});

/** `ha configure apply` */
export const configureApply = applying("apply", "Make the configuration that of a file");
/** `ha configure restore` */
export const configureRestore = applying("restore", "Make the configuration that of a backup");

/** `ha configure backup` */
export const configureBackup: Command = {
  path: ["configure", "backup"],
  summary: "Save the CIB to a file, with all values",
  positionals: "FILE",
  options: { run: runOption },
  grant(call, where) {
    const path = named(call, where);
    const whole = path === undefined ? [] : wholeGrant(path);
    const socket = usersGrant(call, where);
    return { ...socket, read: [...socket.read, ...whole], write: [...socket.write, ...whole] };
  },
  async run(call, io, where) {
    const path = named(call, where);
    if (path === undefined) return missing(io, "backup");
    const { documentOf } = await import("../../steer/node.ts");
    const { hold } = await import("../../whole_file.ts");
    const { stringify } = await import("@std/xml");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const cib = await documentOf(client);
      // It may hold passwords.
      await using held = await hold(path, 0o600);
      await held.write(`${stringify(cib, { indent: "  " })}\n`);
      io.out([`Saved: ${path}`]);
      return exit.ok;
    });
  },
};

/** `ha configure diff` */
export const configureDiff: Command = {
  path: ["configure", "diff"],
  summary: "Show what apply would change, and what the cluster would do",
  positionals: "FILE",
  details: "Exit codes: 0 there is no difference; 1 there is one.",
  options: { json: { type: "boolean", summary: "Print one JSON object" }, run: runOption },
  grant(call, where) {
    const path = named(call, where);
    const socket = usersGrant(call, where);
    return { ...socket, read: [...socket.read, ...(path === undefined ? [] : [path])] };
  },
  async run(call, io, where) {
    const path = named(call, where);
    if (path === undefined) return missing(io, "diff");
    const wanted = await cibIn(path, io);
    if (typeof wanted === "number") return wanted;
    const { documentOf } = await import("../../steer/node.ts");
    const { previewOf } = await import("../../steer/preview.ts");
    const { differenceLines, withHidden } = await import("../../steer/difference_text.ts");
    const { differenceOf } = await import("../../../cib/doors/document.ts");
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const cib = await documentOf(client);
      const after = withConfigurationOf(cib, wanted);
      const changes = differenceOf(cib, after);
      const { lines, refused } = previewOf(cib, after, Math.floor(Date.now() / 1000));
      if (call.options.json === true) {
        io.out(
          `${
            JSON.stringify(
              {
                changes: changes.map(withHidden),
                actions: lines.map((line) => line.trim()),
                refused,
              },
              undefined,
              2,
            )
          }\n`,
        );
      } else {
        io.out(differenceLines(changes));
        if (refused.length > 0) io.out(["", "A cluster refuses it:", ...refused]);
        else if (lines.length > 0) io.out(["", "The cluster would:", ...lines]);
      }
      return changes.length === 0 ? exit.ok : exit.error;
    });
  },
};
