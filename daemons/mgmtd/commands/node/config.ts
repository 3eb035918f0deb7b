/**
 * `ha node config`: checks, shows and writes the node configuration.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../../metadata/code.ts";
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import type { Grant } from "../../../site/flags.ts";
import type { Call, Command, Consulted, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { configured, usualConfigFile } from "../../node_config/places.ts";
import { wholeGrant, writeWhole } from "../../whole_file.ts";

const details = `FILE is ${usualConfigFile} if left out.`;

const fileOf = ({ positionals: [path] }: Call, { here }: Where): string =>
  path === undefined ? usualConfigFile : resolve(here, path);

/** The file, and the locks with what plugins say of their parameters. */
function grantOf(call: Call, where: Where, consulted: Consulted = new Map()): Required<
  Pick<Grant, "read">
> {
  const file = fileOf(call, where);
  const { plugins } = configured(consulted.get(file));
  const set = settingsOf(call).flatMap((one) => /^plugins=(.+)$/.exec(one)?.[1] ?? []);
  const named = configured(JSON.stringify({ plugins: set.at(-1) })).plugins;
  return {
    read: [
      ...[file, `${where.project}/plugins`],
      ...[plugins, named].flatMap((folder) => folder ?? []),
    ],
  };
}

/** What a call without a mistake names; else an exit code. */
function oneFile(call: Call, io: Io, command: string): number | undefined {
  if (call.positionals.length < 2) return undefined;
  io.err([withCode("HA0002", `Name one file. Fix: ha node config ${command} FILE`)]);
  return exit.usage;
}

/** The text of the file; an exit code if it cannot be read. */
async function textIn(file: string, io: Io): Promise<string | number> {
  try {
    return await readText(file, bytesMax.nodeConfig);
  } catch (error) {
    const what = `Cannot read "${file}": ${messageOf(error)}`;
    io.err([
      withCode(
        "HA0008",
        `${what}. Fix: name the node configuration, or write one: ha node config form`,
      ),
    ]);
    return exit.badData;
  }
}

/** `ha node config check [FILE]` */
export const configCheck: Command = {
  path: ["node", "config", "check"],
  summary: "Check a node configuration: fields, rules between them, and parameters of plugins",
  positionals: "[FILE]",
  details: `${details} All mistakes are reported at once.
Exit codes: 0 a node can use it; 65 it cannot be read; 78 a node would not start with it.`,
  options: { json: { type: "boolean", summary: "Print one JSON array" } },
  consults: (call, where) => [fileOf(call, where)],
  grant: grantOf,
  async run(call, io, where) {
    const usage = oneFile(call, io, "check");
    if (usage !== undefined) return usage;
    const file = fileOf(call, where);
    const text = await textIn(file, io);
    if (typeof text === "number") return text;
    const { examine } = await import("../../node_config/examine.ts");
    const { config, diagnostics } = await examine(text);
    if (call.options.json === true) io.out(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
    else {
      io.err(diagnostics.map((one) => `${one.severity}: ${diagnosticText(one)}`));
      if (config !== undefined) io.out([`${file} can be used: node ${config.node}`]);
    }
    return config === undefined ? exit.config : exit.ok;
  },
};

/** `ha node config show [FILE]` */
export const configShow: Command = {
  path: ["node", "config", "show"],
  summary: "Show the values that a node uses, with defaults and where each comes from",
  positionals: "[FILE]",
  details: `${details} Values of secrets are hidden.`,
  options: { json: { type: "boolean", summary: "Print one JSON array" } },
  consults: (call, where) => [fileOf(call, where)],
  grant: grantOf,
  async run(call, io, where) {
    const usage = oneFile(call, io, "show");
    if (usage !== undefined) return usage;
    const text = await textIn(fileOf(call, where), io);
    if (typeof text === "number") return text;
    const { examine } = await import("../../node_config/examine.ts");
    const { effective } = await import("../../node_config/effective.ts");
    const { manifestsIn } = await import("../../../site/consent/manifests.ts");
    const { locksOf } = await import("../../../site/loader_of.ts");
    const { config, diagnostics } = await examine(text);
    if (config === undefined) {
      io.err(diagnostics.map((one) => `${one.severity}: ${diagnosticText(one)}`));
      return exit.config;
    }
    const rows = effective(JSON.parse(text), await manifestsIn(locksOf(config)));
    io.out(
      call.options.json === true
        ? `${JSON.stringify(rows, undefined, 2)}\n`
        : rows.map(({ name, value, from }) =>
          from === "not set" ? `${name}: not set` : `${name} = ${JSON.stringify(value)} (${from})`
        ),
    );
    return exit.ok;
  },
};

const settingsOf = ({ options: { set } }: Call): readonly string[] =>
  Array.isArray(set) ? set.map(String) : [];

/** `ha node config form [FILE]` */
export const configForm: Command = {
  path: ["node", "config", "form"],
  summary: "Write a node configuration: asked on the terminal, or with --set",
  positionals: "[FILE]",
  details:
    `${details} A file that is there is changed; a new one gets mode 0600. It is written as a whole, and
only if a node can use it. NAME is as ha node config show prints it; an empty VALUE removes it.

  ha node config form --set deadtimeMs=5000 --set 'media[0].address=192.0.2.1'`,
  options: {
    set: {
      type: "string",
      multiple: true,
      value: "NAME=VALUE",
      summary: "Set a value, ask nothing",
    },
    schema: { type: "boolean", summary: "Print the JSON Schema instead, and write nothing" },
    "dry-run": { type: "boolean", summary: "Print what would be written" },
  },
  consults: (call, where) => call.options.schema === true ? [] : [fileOf(call, where)],
  grant(call, where, consulted) {
    if (call.options.schema === true) return {};
    const { read } = grantOf(call, where, consulted);
    const write = call.options["dry-run"] === true ? [] : wholeGrant(fileOf(call, where));
    return { read: [...read, ...write], write };
  },
  async run(call, io, where) {
    const usage = oneFile(call, io, "form");
    if (usage !== undefined) return usage;
    if (call.options.schema === true) {
      const { schemaOf } = await import("../../node_config/form.ts");
      io.out(`${JSON.stringify(schemaOf(), undefined, 2)}\n`);
      return exit.ok;
    }
    return await written(call, io, fileOf(call, where));
  },
};

async function written(call: Call, io: Io, file: string): Promise<number> {
  const { asked, objectIn } = await import("../../node_config/form.ts");
  const before = await objectIn(file);
  if (typeof before === "string") {
    io.err([withCode("HA0008", `${before}. Fix: correct the file, or name a new one`)]);
    return exit.badData;
  }
  const settings = settingsOf(call);
  if (settings.length === 0 && io.secret === undefined) {
    io.err([withCode("HA0010", "There is no terminal to ask. Fix: --set NAME=VALUE, or --schema")]);
    return exit.permission;
  }
  const { withValues } = await import("../../node_config/set.ts");
  const made = settings.length > 0 ? withValues(before, settings) : await asked(before, io);
  if (made === undefined || "wrong" in made) {
    io.err(made?.wrong ?? ["Nothing was written."]);
    return made === undefined ? exit.error : exit.usage;
  }
  const text = `${JSON.stringify(made.values, undefined, 2)}\n`;
  const { examine } = await import("../../node_config/examine.ts");
  const { config, diagnostics } = await examine(text);
  io.err(diagnostics.map((one) => `${one.severity}: ${diagnosticText(one)}`));
  if (config === undefined) {
    io.err(["Nothing was written."]);
    return exit.config;
  }
  if (call.options["dry-run"] === true) {
    io.out(text);
    return exit.ok;
  }
  await writeWhole(file, text, 0o600);
  io.out([`${file} written. The running node takes it with its next start, some fields at a HUP.`]);
  return exit.ok;
}
