/**
 * `ha resource secret ls` and `check`: which secrets this node has, and whether it can use them.
 *
 * @module
 */
import type { Call, Command, Io, Where } from "../../../command.ts";
import { exit } from "../../../exit.ts";
import { isAbsent, withNode } from "../../../node_client.ts";
import { clusterSocket, runOption, socketGrant } from "../../../node_sockets.ts";
import { filesGrant, folderOf, folderOption } from "./options.ts";
import { referencePrefix } from "../../../../../metadata/secrets/reference.ts";

/** `ha resource secret ls [RESOURCE]` */
export const ls: Command = {
  path: ["resource", "secret", "ls"],
  summary: "List the secrets of this node: resources, parameters and state, never a text",
  positionals: "[RESOURCE]",
  options: {
    secrets: folderOption,
    json: { type: "boolean", summary: "Print one JSON array" },
  },
  grant: (call, where) => filesGrant(call, where),
  async run(call, io, where) {
    const { secretsIn } = await import("../../../secrets/files.ts");
    const folder = folderOf(call, where);
    const found = await secretsIn(folder, call.positionals[0]);
    const rows = await judged(
      folder,
      found.map(([resource, name]) => ({ resource, name, reference: referencePrefix })),
    );
    if (call.options.json === true) io.out(`${JSON.stringify(rows, undefined, 2)}\n`);
    else if (rows.length === 0) io.out([`There are no secrets in ${folder}`]);
    else {
      io.out(
        rows.map(({ resource, name, problems }) =>
          `${resource} ${name}: ${problems.length === 0 ? "usable" : problems.join("; ")}`
        ),
      );
    }
    return exit.ok;
  },
};

/** `ha resource secret check [RESOURCE]` */
export const check: Command = {
  path: ["resource", "secret", "check"],
  summary: "Check that this node can use each secret that the CIB names",
  positionals: "[RESOURCE]",
  details: "Compares file, owner, mode and digest with what the CIB names. Run it on each node.\n" +
    "Without a node that answers, it checks the files alone. Exit code 1: one cannot be used.",
  options: {
    secrets: folderOption,
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON array" },
  },
  grant(call, where) {
    const files = filesGrant(call, where);
    const { net, read, write } = socketGrant(clusterSocket(call, where));
    return { ...files, net, write, read: [...files.read ?? [], ...read] };
  },
  async run(call, io, where) {
    const folder = folderOf(call, where);
    const rows = await judged(
      folder,
      await namedInCib(call, io, where) ?? await inFiles(call, where),
    );
    if (call.options.json === true) io.out(`${JSON.stringify(rows, undefined, 2)}\n`);
    else if (rows.length === 0) io.out(["No secret is named"]);
    else {
      io.out(
        rows.map(({ resource, name, problems }) =>
          problems.length === 0 ? `${resource} ${name}: usable` : problems.join("\n")
        ).flatMap((text) => text.split("\n")),
      );
    }
    return rows.every(({ problems }) => problems.length === 0) ? exit.ok : exit.error;
  },
};

/** A secret that is to be looked at. */
interface Asked {
  readonly resource: string;
  readonly name: string;
  readonly reference: string;
}

/** What the CIB names; undefined if no node answers. */
async function namedInCib(
  call: Call,
  io: Io,
  where: Where,
): Promise<readonly Asked[] | undefined> {
  const { cibOf } = await import("../../../secrets/ask_cib.ts");
  const { referencesOf, resourcesIn } = await import("../../../secrets/in_cib.ts");
  const path = clusterSocket(call, where);
  const answers = await Deno.stat(path).then(() => true, (error) => {
    if (isAbsent(error)) return false;
    throw error;
  });
  if (!answers) {
    io.err([`No node runs at ${path}: only the files are checked, not what the CIB names`]);
    return undefined;
  }
  let found: readonly Asked[] | undefined;
  await withNode(path, io, async (client) => {
    const cib = await cibOf(client);
    const [only] = call.positionals;
    found = resourcesIn(cib).filter((id) => only === undefined || id === only).flatMap((resource) =>
      Object.entries(referencesOf(cib, resource))
        .map(([name, reference]) => ({ resource, name, reference }))
    );
    return exit.ok;
  });
  return found;
}

async function inFiles(call: Call, where: Where): Promise<readonly Asked[]> {
  const { secretsIn } = await import("../../../secrets/files.ts");
  const found = await secretsIn(folderOf(call, where), call.positionals[0]);
  return found.map(([resource, name]) => ({ resource, name, reference: referencePrefix }));
}

async function judged(folder: string, asked: readonly Asked[]) {
  const { readSecrets } = await import("../../../../../metadata/secrets/read.ts");
  const rows: { resource: string; name: string; problems: readonly string[] }[] = [];
  for (const { resource, name, reference } of asked) {
    const { problems } = await readSecrets({ folder, resource, references: { [name]: reference } });
    rows.push({ resource, name, problems });
  }
  return rows;
}
