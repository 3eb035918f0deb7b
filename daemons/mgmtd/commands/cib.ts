/**
 * `ha cib query` and `ha cib patch`: the document itself, for scripts.
 *
 * @module
 */
import { resolve } from "node:path";
import type { XmlElement } from "@std/xml";
import { withCode } from "../../../metadata/code.ts";
import type { Call, Command, Io, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { withNode } from "../node_client.ts";
import { clusterSocket, runOption } from "../node_sockets.ts";
import { changeBy, changeOptions, cibIn, fileOf, steerGrant } from "./steer.ts";

/** `ha cib query` */
export const cibQuery: Command = {
  path: ["cib", "query"],
  summary: "Print the CIB, or the element at a path",
  positionals: "[PATH]",
  details:
    "PATH is like /cib/configuration/resources/primitive[@id='web']. Values of secrets are hidden;\n" +
    "ha configure backup saves them too.",
  options: {
    file: { type: "string", value: "FILE", summary: "The CIB in a file" },
    run: runOption,
  },
  grant: (call, where) => steerGrant(call, where, false),
  async run(call, io, where) {
    const [path, ...more] = call.positionals;
    if (more.length > 0) {
      io.err(`${withCode("HA0002", "Give one path. Fix: ha cib query PATH")}\n`);
      return exit.usage;
    }
    const { elementAt } = await import("../../cib/doors/path.ts");
    const { withoutSecrets } = await import("../api/show/secrets.ts");
    const { stringify } = await import("@std/xml");
    const show = (cib: XmlElement): number => {
      let found: XmlElement | undefined;
      try {
        found = path === undefined ? cib : elementAt(withoutSecrets(cib), path);
      } catch (error) {
        io.err([
          withCode("HA0002", `${error instanceof Error ? error.message : error}. Fix: correct it`),
        ]);
        return exit.usage;
      }
      if (found === undefined) {
        io.err([withCode("HA0006", `The CIB has nothing at ${path}. Fix: see ha cib query`)]);
        return exit.noSuch;
      }
      io.out(`${stringify(withoutSecrets(found), { indent: "  " }).trimEnd()}\n`);
      return exit.ok;
    };
    return await onCib(call, io, where, show);
  },
};

async function onCib(
  call: Call,
  io: Io,
  where: Where,
  show: (cib: XmlElement) => number,
): Promise<number> {
  const file = fileOf(call, where);
  if (file !== undefined) {
    const cib = await cibIn(file, io);
    return typeof cib === "number" ? cib : show(cib);
  }
  const { documentOf } = await import("../steer/node.ts");
  return await withNode(
    clusterSocket(call, where),
    io,
    async (client) => show(await documentOf(client)),
  );
}

/** `ha cib patch` */
export const cibPatch: Command = {
  path: ["cib", "patch"],
  summary: "Apply changes in JSON to the CIB: together or not at all",
  positionals: "FILE",
  details: `The file holds a list of changes:

  [{ "op": "create", "path": "/cib/configuration/tags", "xml": "<tag id='t'/>" },
   { "op": "modify", "path": "/cib/configuration/resources/primitive[@id='web']", "set": { "type": "nginx" } },
   { "op": "delete", "path": "/cib/configuration/tags/tag[@id='t']" },
   { "op": "replace", "path": "/cib/configuration/alerts", "xml": "<alerts/>" }]`,
  options: changeOptions,
  grant(call, where) {
    const [path] = call.positionals;
    const base = steerGrant(call, where, true);
    return {
      ...base,
      read: [...base.read, ...(path === undefined ? [] : [resolve(where.here, path)])],
    };
  },
  async run(call, io, where) {
    const [name, ...more] = call.positionals;
    if (name === undefined || more.length > 0) {
      io.err(`${withCode("HA0002", "Name one file. Fix: ha cib patch FILE")}\n`);
      return exit.usage;
    }
    const { readInput } = await import("../simulate/read_input.ts");
    const { readChanges } = await import("../../cib/protocol.ts");
    const { applyChanges } = await import("../../cib/doors/document.ts");
    const { Refusal } = await import("../../runtime/reader.ts");
    let changes: ReturnType<typeof readChanges>;
    try {
      changes = readChanges(JSON.parse(await readInput(resolve(where.here, name))));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      changes = new Refusal("JSON");
    }
    if (changes instanceof Refusal) {
      const what = `"${name}" holds no list of changes: ${changes} was expected`;
      io.err([withCode("HA0009", `${what}. Fix: write it as ha cib patch --help shows`)]);
      return exit.badData;
    }
    const list = changes;
    return await changeBy(
      (cib) => {
        const done = applyChanges(cib, list);
        return done.ok
          ? { cib: done.root, done: [`${list.length} changes are applied`], named: [] }
          : {
            problems: [{
              exit: "badData",
              text: withCode("HA0016", `${done.error}. Fix: correct the file`),
            }],
          };
      },
      call,
      io,
      where,
      { command: `ha cib patch ${name}` },
    );
  },
};
