/**
 * `ha plugin check`: runs a plugin's test, and in it the conformance suite of its kind, under the
 * permissions its manifest declares and no other, and says which of them it did not use and which
 * it wanted beside.
 *
 * @module
 */
import {
  type Diagnostic,
  DiagnosticError,
  diagnosticText,
} from "../../../../metadata/diagnostic.ts";
import { filePath } from "../../../../pils/found.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import type { Call, Command, Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { agentGrant, agentSource, askAgent } from "./agent.ts";
import { agentReport } from "./agent_check.ts";
import { auditName } from "./audit.ts";
import { checkAgent } from "./conformance/report.ts";
import { pairsOf } from "./dev/parameters.ts";
import { examine } from "./examine.ts";
import {
  agentPlugins,
  consultsLock,
  folderOf,
  folderUrl,
  isIdentity,
  placeGrant,
  placeOptions,
  type Places,
  placesOf,
} from "./places.ts";

/** `ha plugin check KIND/NAME|FOLDER` */
export const check: Command = {
  path: ["plugin", "check"],
  summary: "Run the conformance suite of a plugin under its declared permissions",
  details:
    "It runs the plugin's tests, which may use what the manifest declares (ha plugin describe), " +
    "loopback, and the plugin's own files. Tests that want more run only if you agree.\n" +
    "An AGENT of a class (ocf:PROVIDER:TYPE, lsb:TYPE, ...) is checked against the standard: a resource " +
    "with the given parameters is started and stopped on this machine, unless it runs already. With " +
    "--meta-data, and of fence_TYPE, stonith:TYPE and *.xml, the meta-data alone is checked.",
  positionals: "KIND/NAME|FOLDER|AGENT [NAME=VALUE...]",
  options: {
    ...placeOptions,
    json: { type: "boolean", summary: "Print what was found as one JSON object" },
    yes: { type: "boolean", short: "y", summary: "Let the tests have what the manifest lacks" },
    "meta-data": { type: "boolean", summary: "Of an agent: check its meta-data alone" },
    plugin: {
      type: "string",
      multiple: true,
      value: "NAME=VALUE",
      summary: "Of an agent: parameter of the plugin of its class, such as root=/opt/ocf",
    },
    "no-check": { type: "boolean", summary: "Do not check types, which takes most of the time" },
  },
  consults: consultsLock,
  grant(call, where, consulted) {
    const [word = "."] = call.positionals;
    if (isOperated(word, call)) return placeGrant(call, where, agentPlugins, consulted);
    const agent = agentSource(word, where);
    if (agent !== undefined) return agentGrant(agent);
    const { plugins } = placesOf(call, where);
    const folders = [
      folderUrl(word, where.here),
      ...isIdentity(word) ? [new URL(`${word}/`, plugins)] : [],
    ];
    const write = folders.map((folder) => filePath(new URL(auditName, folder)));
    return placeGrant(call, where, { folders: [word], write }, consulted);
  },
  async run(call, io, where) {
    const places = placesOf(call, where);
    const [word = "."] = call.positionals;
    if (isOperated(word, call)) return await checkOperated(word, call, io, places);
    const agent = agentSource(word, where);
    if (agent !== undefined) {
      const { text, ok } = agentReport(word, await askAgent(word, agent));
      io.out(text);
      return ok ? exit.ok : exit.badData;
    }
    const folder = await folderOf(word, await readWholeLock(places.lock), places, where);
    const { json } = call.options;
    const examined = await examine(folder, places, {
      out: json ? io.err : io.out,
      warn: (warning) => io.err(`warning: ${diagnosticText(warning)}\n`),
      agree: (more) => agreed(more, call, io),
      types: !call.options["no-check"],
    }).catch((error) => {
      if (!(error instanceof DiagnosticError)) throw error;
      io.err(`${error.message}\n`);
    });
    if (examined === undefined) return exit.config;
    const { id, conforms, permissions } = examined;
    if (json) {
      io.out(`${JSON.stringify({ id, conforms, permissions }, null, 2)}\n`);
    } else {
      for (const line of permissions) io.out([line]);
      io.out(conforms ? `${id} conforms.\n` : "It does not conform.\n");
    }
    return conforms ? exit.ok : exit.error;
  },
};

/** Whether the person lets the tests have more: they are a stranger's code, which nobody has read. */
function agreed(more: readonly Diagnostic[], { options }: Call, io: Io): boolean {
  if (options.yes === true) return true;
  const wanted = more.map(({ path, what }) => `  ${path.at(-1)} ${what}`);
  io.err(["The tests want what the plugin does not request:", ...wanted]);
  return /^y(es)?$/i.test(io.ask("Run them with it? [y/N] ")?.trim() ?? "");
}

/** An agent of a class, which can be started and stopped. Fencing devices are none. */
const isOperated = (word: string, { options }: Call): boolean =>
  options["meta-data"] !== true && /^(?!stonith:)[a-z][a-z0-9_]*:[^/]+$/.test(word);

async function checkOperated(
  word: string,
  { positionals, options: { plugin = [], json } }: Call,
  io: Io,
  places: Places,
): Promise<number> {
  const parameters = pairsOf(positionals.slice(1));
  const ofPlugin = pairsOf(Array.isArray(plugin) ? plugin.map(String) : [String(plugin)]);
  if (!parameters.ok || !ofPlugin.ok) {
    const wrong = [parameters, ofPlugin].flatMap((read) => read.ok ? [] : read.diagnostics);
    io.err(`${new DiagnosticError("Cannot check it", wrong).message}\n`);
    return exit.usage;
  }
  const checked = {
    word,
    parameters: parameters.value,
    plugin: ofPlugin.value,
    json: json === true,
  };
  try {
    return await checkAgent(checked, places, io);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    io.err(`${error.message}\n`);
    return exit.noSuch;
  }
}
