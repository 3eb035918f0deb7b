/**
 * `ha configure import`: a node configuration from heartbeat's `ha.cf`.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../metadata/code.ts";
import { type Diagnostic, DiagnosticError, diagnosticText } from "../../../metadata/diagnostic.ts";
import { manifestsIn } from "../../site/consent/manifests.ts";
import { type ClientRule, linksOf, readAuthkeys } from "../../heartbeat/doors/configuration.ts";
import { type ImportedRule, type Interface, readHaCf } from "../configure/ha_cf.ts";
import { readHaresources } from "../configure/haresources.ts";
import { numberFiles, numbersHere, readFile } from "../configure/read_file.ts";
import { importServices, serviceOptions, servicePaths } from "./configure/import_services.ts";
import { locksOf } from "../../site/loader_of.ts";
import { type NodeConfig, readNodeConfig } from "../../site/node_config/read.ts";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { bytesMax } from "../../site/bounded_file.ts";
import { defaultFolders } from "../../site/default_folders.ts";

/** The command. */
export const configureImport: Command = {
  path: ["configure", "import"],
  summary: "Convert heartbeat's ha.cf to a node configuration",
  positionals: "HA_CF",
  details:
    `Prints the node configuration as JSON; settings of ha.cf that belong elsewhere are reported
on standard error. authkeys needs no import, since its format is the original's; the command only checks that it is
valid. It reports the resources of haresources, since resources are in the CIB.

ha.cf names interfaces instead of addresses: give the address of each interface.

  ha configure import /etc/ha.d/ha.cf --node alice --interface eth0=10.0.0.1/24 > alice.json`,
  options: {
    node: {
      type: "string",
      value: "NAME",
      summary: "This node; the first of the file if left out",
    },
    interface: {
      type: "string",
      value: "NAME=ADDRESS/BITS",
      multiple: true,
      summary: "Address of an interface that ha.cf names",
    },
    cluster: { type: "string", value: "NAME", summary: "Name of the cluster (linux-ha)" },
    authkeys: { type: "string", value: "FILE", summary: "Where the keys are (beside ha.cf)" },
    haresources: {
      type: "string",
      value: "FILE",
      summary: "Resources of release 1 (beside ha.cf), to report how to convert them",
    },
    ...serviceOptions,
  },
  grant: (call, where) => ({
    read: [
      ...file(call, where),
      ...beside(call, where),
      ...servicePaths(call, where),
      ...numberFiles,
      // The lock, and the folder that holds it: whether everybody may write there is looked at.
      `${where.project}/plugins`,
    ],
  }),

  async run(call, io, where) {
    const [path] = file(call, where);
    if (path === undefined) {
      io.err("Name the ha.cf to import\n");
      return exit.usage;
    }
    const wrong = wrongInterfaces(call);
    if (wrong.length > 0) {
      io.err(`--interface takes NAME=ADDRESS/BITS, not ${wrong.join(", ")}\n`);
      return exit.usage;
    }
    const read = await readFile(path);
    if (typeof read === "string") {
      const what = `Cannot read "${path}": ${read}`;
      io.err([withCode("HA0008", `${what}. Fix: name a file that can be read`)]);
      return exit.badData;
    }
    const { diagnostics, rules, nodes, ...rest } = readHaCf(read.text, interfacesOf(call));
    const option = (name: string, otherwise: string): string => {
      const value = call.options[name];
      return typeof value === "string" ? value : otherwise;
    };
    const [authkeys = "", haresources = ""] = beside(call, where);
    const apiauth = rules === undefined ? undefined : await numbered(rules);
    const services = await importServices(call, where);
    const config = {
      cluster: option("cluster", "linux-ha"),
      node: option("node", nodes[0] ?? ""),
      nodes,
      ...defaultFolders,
      authkeys,
      ...rest,
      ...(apiauth === undefined ? {} : { apiauth: apiauth.rules }),
      ...services.sections,
    };
    const checked = readNodeConfig(JSON.stringify(config));
    const all = [
      ...diagnostics,
      ...apiauth?.diagnostics ?? [],
      ...services.diagnostics,
      ...await keyDiagnostics(authkeys),
      ...await resourceDiagnostics(haresources, nodes),
      // What ha.cf says may be well formed, and still be no cluster.
      ...(diagnostics.some(isError)
        ? []
        : checked.ok
        ? await linkDiagnostics(checked.value)
        : checked.diagnostics),
    ];
    for (const diagnostic of all) io.err([diagnosticText(diagnostic)]);
    if (all.some(isError)) return exit.config;
    io.out(`${JSON.stringify(config, null, 2)}\n`);
    return exit.ok;
  },
};

const isError = ({ severity }: Diagnostic): boolean => severity === "error";

const file = (call: Call, { here }: Where): string[] =>
  call.positionals.slice(0, 1).map((path) => resolve(here, path));

/** Where `authkeys` and `haresources` are. */
function beside(call: Call, where: Where): string[] {
  const [path] = file(call, where);
  if (path === undefined) return [];
  return ["authkeys", "haresources"].map((name) => {
    const given = call.options[name];
    return typeof given === "string" ? resolve(where.here, given) : resolve(path, `../${name}`);
  });
}

/** The file of keys is used as it is: errors are reported now. Its owner may be the only reader. */
async function keyDiagnostics(path: string): Promise<readonly Diagnostic[]> {
  const read = await readFile(path, bytesMax.authkeys);
  if (typeof read === "string") {
    return [{
      severity: "warning",
      path: ["authkeys"],
      what: `"${path}" cannot be read here`,
      why: read,
      fix: "see that the node can read it, or name it with --authkeys",
      code: "HA1009",
    }];
  }
  const checked = readAuthkeys(read.text, read.mode);
  return checked.ok ? checked.warnings : checked.diagnostics;
}

/** Errors that the plugins of links would report when heartbeat starts are reported now. */
async function linkDiagnostics(config: NodeConfig): Promise<readonly Diagnostic[]> {
  try {
    linksOf(config, await manifestsIn(locksOf(config)), Deno.pid);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

async function resourceDiagnostics(
  path: string,
  nodes: readonly string[],
): Promise<readonly Diagnostic[]> {
  const absent = await Deno.stat(path).then(() => false, () => true);
  if (absent) return []; // most clusters have none
  const read = await readFile(path);
  if (typeof read !== "string") return readHaresources(read.text, nodes).diagnostics;
  return [{
    severity: "warning",
    path: ["haresources"],
    what: `"${path}" cannot be read here`,
    why: read,
    fix: "see that it can be read, or name another one with --haresources",
    code: "HA1009",
  }];
}

/** Rules with this machine's numbers in place of names. */
async function numbered(rules: readonly ImportedRule[]): Promise<{
  readonly rules: readonly ClientRule[];
  readonly diagnostics: readonly Diagnostic[];
}> {
  const diagnostics: Diagnostic[] = [];
  const numbers = (client: string, names: readonly string[], known: ReadonlyMap<string, number>) =>
    names.flatMap((name) => {
      const number = /^\d+$/.test(name) ? Number(name) : known.get(name);
      if (number !== undefined) return [number];
      diagnostics.push({
        severity: "warning",
        path: ["ha.cf", "apiauth", client],
        what: `"${name}" is left out`,
        why: "this machine does not know it",
        fix: "import on the node itself, or add the number by hand",
        code: "HA1009",
      });
      return [];
    });
  const { users, groups } = await numbersHere();
  return {
    rules: rules.map(({ client, users: uids, groups: gids }) => ({
      client,
      uids: numbers(client, uids, users),
      gids: numbers(client, gids, groups),
    })),
    diagnostics,
  };
}

/** What was given as an interface. */
function given(call: Call): string[] {
  const texts = call.options["interface"];
  return Array.isArray(texts) ? texts.map(String) : [];
}

const interfaceForm = /^([^=]+)=([0-9a-fA-F.:]+)\/([0-9]+)$/;

const wrongInterfaces = (call: Call): string[] =>
  given(call).filter((text) => {
    const parts = interfaceForm.exec(text);
    return parts === null || Number(parts[3]) > (parts[2]!.includes(":") ? 128 : 32);
  });

/** The interfaces that were named. */
function interfacesOf(call: Call): Interface[] {
  return given(call).flatMap((text) => {
    const parts = interfaceForm.exec(text);
    if (parts === null) return [];
    const bits = Math.min(32, Number(parts[3]));
    const mask = [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - at))));
    return [{ name: parts[1]!, address: parts[2]!, netmask: mask.join(".") }];
  });
}
