/**
 * `ha doctor`: what is wrong on this node and with the cluster.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../metadata/code.ts";
import { unknownName } from "../../../metadata/nearest.ts";
import { statusFile } from "../../recoverymgrd/doors/node.ts";
import { defaultFolders, storeFolder } from "../../site/default_folders.ts";
import type { Call, Command, Consulted, Io, Where } from "../command.ts";
import type { Check } from "../doctor/check.ts";
import { exit } from "../exit.ts";
import { configFileOf, configOption, configured } from "../node_config/places.ts";
import { runOption, socketGrant } from "../node_sockets.ts";

/** The run folder: as the call says, else as the node configuration says. */
const runOf = (call: Call, where: Where, text: string | undefined): string =>
  typeof call.options.run === "string"
    ? resolve(where.here, call.options.run)
    : configured(text).run ?? defaultFolders.run;

/** The command. */
export const doctor: Command = {
  path: ["doctor"],
  summary: "Say what is wrong on this node and with the cluster, and what to do",
  details:
    `Nothing is changed and nothing is fenced. Each finding has a severity, a code (ha explain CODE) and a
fix. The last lines name what could not be checked, as on a stopped node.

Without --config, a call with --run reads node.json in that folder, else /etc/ha/node.json.

Exit codes: 0 there is nothing but notes; 1 warnings; 2 errors; 105 there is no such check.`,
  options: {
    config: configOption,
    run: runOption,
    check: {
      type: "string",
      value: "NAME",
      multiple: true,
      summary: "Carry out this check only; --list shows them",
    },
    list: { type: "boolean", summary: "List the checks" },
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  consults: (call, where) => call.options.list === true ? [] : [configFileOf(call, where)],
  grant(call, where, consulted: Consulted = new Map()) {
    if (call.options.list === true) return {};
    const file = configFileOf(call, where);
    const text = consulted.get(file);
    const { state, authkeys, plugins, pluginFolders } = configured(text);
    const run = runOf(call, where, text);
    const sockets = socketGrant(`${run}/cluster.sock`, `${run}/heartbeat.sock`);
    const read = [
      ...[file, `${run}/node.json`, statusFile(run), where.project],
      ...(authkeys === undefined ? [] : [authkeys]),
      ...(state === undefined ? [] : [storeFolder(state, "cluster", "cib")]),
      ...(plugins === undefined ? [] : [plugins]),
      ...pluginFolders,
    ];
    return { ...sockets, read: [...new Set([...sockets.read, ...read])], run: ["/bin/sh"] };
  },
  async run(call, io, where) {
    const { checks } = await import("../doctor/checks/mod.ts");
    if (call.options.list === true) {
      io.out(checks.map(({ name, summary }) => `${name.padEnd(16)} ${summary}`));
      return exit.ok;
    }
    const { check: named } = call.options;
    const names = Array.isArray(named) ? named.map(String) : [];
    const strange = names.filter((name) => !checks.some((check) => check.name === name));
    if (strange.length > 0) {
      const known = checks.map(({ name }) => name);
      const what = strange.map((name) => unknownName(name, known)).join(" ");
      io.err([withCode("HA0006", `There is no check ${what} Fix: ha doctor --list shows them`)]);
      return exit.noSuch;
    }
    const chosen = checks.filter(({ name }) => names.length === 0 || names.includes(name));
    return await examined(chosen, call, io, where);
  },
};

async function examined(
  chosen: readonly Check[],
  call: Call,
  io: Io,
  where: Where,
): Promise<number> {
  const { bytesMax, readText } = await import("../../site/bounded_file.ts");
  const { gather } = await import("../doctor/gather/mod.ts");
  const { codeOf, judge } = await import("../doctor/judge.ts");
  const { dataOf, linesOf } = await import("../doctor/show.ts");
  const { storedCib } = await import("../stored_cib.ts");
  const configFile = configFileOf(call, where);
  const text = await readText(configFile, bytesMax.nodeConfig).catch(() => undefined);
  const run = runOf(call, where, text);
  const facts = await gather(
    {
      configFile,
      run,
      hasUnit: run === defaultFolders.run,
      nowMs: Date.now(),
      stored: ({ state }) => storedCib({ ...call, options: { state } }, where),
    },
    new Set(chosen.flatMap(({ needs }) => needs)),
  );
  const judged = judge(chosen, facts);
  io.out(
    call.options.json === true
      ? `${JSON.stringify(dataOf(judged), undefined, 2)}\n`
      : linesOf(judged, chosen.length),
  );
  return codeOf(judged);
}
