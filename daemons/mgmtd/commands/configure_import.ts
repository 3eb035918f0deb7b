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
import { importApplications } from "../configure/applications.ts";
import { readHaresources } from "../configure/haresources.ts";
import { type LogdCf, readLogdCf } from "../configure/logd_cf.ts";
import { locksOf } from "../../site/loader_of.ts";
import { type NodeConfig, readNodeConfig } from "../../site/node_config/read.ts";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { bytesMax, readBounded, textOf } from "../../site/bounded_file.ts";
import { messageOf } from "../../../metadata/message_of.ts";
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
    logd: {
      type: "string",
      value: "FILE",
      summary: "logd.cf, to import it as the section log: /etc/logd.cf",
    },
    haresources: {
      type: "string",
      value: "FILE",
      summary: "Resources of release 1 (beside ha.cf), to report how to convert them",
    },
    apphbd: {
      type: "string",
      value: "FILE",
      summary: "apphbd.cf, if applications send heartbeats",
    },
    recoverymgrd: {
      type: "string",
      value: "FILE",
      summary: "recoverymgrd.conf, if applications are recovered",
    },
  },
  grant: (call, where) => ({
    read: [
      ...file(call, where),
      ...beside(call, where),
      ...logdFile(call, where),
      ...ofApplications(call, where).filter((path) => path !== ""),
      "/etc/passwd",
      "/etc/group",
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
    const { log, diagnostics: logDiagnostics } = await logdCf(logdFile(call, where));
    const { applications, diagnostics: ofApps } = await applicationsOf(call, where);
    const config = {
      cluster: option("cluster", "linux-ha"),
      node: option("node", nodes[0] ?? ""),
      nodes,
      ...defaultFolders,
      authkeys,
      ...rest,
      ...(apiauth === undefined ? {} : { apiauth: apiauth.rules }),
      ...(log === undefined ? {} : { log }),
      ...(applications === undefined ? {} : { applications }),
    };
    const checked = readNodeConfig(JSON.stringify(config));
    const all = [
      ...diagnostics,
      ...apiauth?.diagnostics ?? [],
      ...logDiagnostics,
      ...ofApps,
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

/** Where `logd.cf` is, if it is to be imported. */
const logdFile = ({ options: { logd } }: Call, { here }: Where): string[] =>
  typeof logd === "string" ? [resolve(here, logd)] : [];

async function logdCf([path]: readonly string[]): Promise<LogdCf> {
  if (path === undefined) return { diagnostics: [] };
  const read = await readFile(path);
  if (typeof read !== "string") return readLogdCf(read.text);
  return {
    diagnostics: [{
      severity: "error",
      path: ["logd.cf"],
      what: `"${path}" cannot be read`,
      why: read,
      fix: "name a file that can be read",
      code: "HA1009",
    }],
  };
}

/** `apphbd.cf` and `recoverymgrd.conf`, where they are named; empty: not. */
const ofApplications = ({ options }: Call, { here }: Where): readonly [string, string] => {
  const [apphbd = "", recovery = ""] = [options.apphbd, options.recoverymgrd].map((path) =>
    typeof path === "string" ? resolve(here, path) : ""
  );
  return [apphbd, recovery];
};

/** The section of applications, from the files that are named. */
async function applicationsOf(call: Call, where: Where) {
  const unread: Diagnostic[] = [];
  const textIn = async (path: string) => {
    if (path === "") return undefined;
    const read = await readFile(path);
    if (typeof read !== "string") return read.text;
    unread.push({
      ...{ severity: "error", path: [path], what: "it cannot be read", why: read, code: "HA0008" },
      fix: "name a file that can be read",
    });
    return undefined;
  };
  const [apphbd, recovery] = ofApplications(call, where);
  const texts = { apphbd: await textIn(apphbd), recovery: await textIn(recovery) };
  const [users, groups] = [await numbersIn("/etc/passwd"), await numbersIn("/etc/group")];
  const made = importApplications(texts, users, groups);
  return { ...made, diagnostics: [...unread, ...made.diagnostics] };
}

/** The text of a file and its mode, or why there is none. */
async function readFile(
  path: string,
  most: number = bytesMax.configuration,
): Promise<{ readonly text: string; readonly mode: number } | string> {
  try {
    const { bytes, mode } = await readBounded(path, most);
    return { text: textOf(bytes, "keep"), mode };
  } catch (error) {
    return messageOf(error);
  }
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
  const [users, groups] = [await numbersIn("/etc/passwd"), await numbersIn("/etc/group")];
  return {
    rules: rules.map(({ client, users: uids, groups: gids }) => ({
      client,
      uids: numbers(client, uids, users),
      gids: numbers(client, gids, groups),
    })),
    diagnostics,
  };
}

/** Names and numbers of a file such as `/etc/passwd`. */
async function numbersIn(path: string): Promise<ReadonlyMap<string, number>> {
  const read = await readFile(path, bytesMax.users);
  if (typeof read === "string") return new Map();
  return new Map(
    read.text.split("\n").map((line) => line.split(":")).filter(([, , number]) =>
      /^\d+$/.test(number ?? "")
    ).map(([name = "", , number]) => [name, Number(number)]),
  );
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
