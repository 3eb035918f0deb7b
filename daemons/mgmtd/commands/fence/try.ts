/**
 * `ha fence try`: one action of a fencing device, outside of the cluster.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import { isSecret } from "../../../../metadata/facts.ts";
import type { Field } from "../../../../metadata/field.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { filePath } from "../../../../pils/found.ts";
import { createLoader } from "../../../../pils/loader.ts";
import type { FenceResult, Stonith } from "../../../../plugins/handler/stonith/contract.ts";
import { readLock } from "../../../site/consent/lock.ts";
import { lookUp } from "../../../site/consent/locked.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { pairsOf } from "../plugin/dev/parameters.ts";
import { readValues } from "../plugin/dev/read_values.ts";
import { folderUrl, placeOptions, type Places, placesOf } from "../plugin/places.ts";
import { durationMs } from "../resource/operate.ts";
import { type DescribedType, describedType, programGrant } from "./described.ts";
import { consultsLocks, deviceGrant, devicePlugins } from "./places.ts";
import { type DeviceType, deviceType } from "./types.ts";

/** What can be tried. */
const actions = ["hosts", "status", "off", "on", "reboot"] as const;
type Action = typeof actions[number];

/** Milliseconds of an action if the person says nothing; the cluster has the same. */
const timeoutMsDefault = 60_000;
/** Milliseconds at most, as the handler of the kind has it. */
const timeoutMsMax = 600_000;

/** `ha fence try TYPE ACTION [NAME=VALUE...]` */
export const tryAction: Command = {
  path: ["fence", "try"],
  summary: "Carry out one action of a fencing device outside of the cluster",
  positionals: "TYPE ACTION [NAME=VALUE...]",
  details:
    `ACTION is hosts, status, off, on or reboot. off and reboot take the power from the node: the
cluster does not know it. NAME=VALUE are parameters of the device. Other users can see arguments, so
secrets are rejected there: write them with ha plugin configure --to FILE, or by hand as one JSON
object, and use --config FILE.`,
  options: {
    ...placeOptions,
    node: {
      type: "string",
      value: "NODE",
      summary: "The node; the only one of the device if left out",
    },
    config: { type: "string", value: "FILE", summary: "Parameters as one JSON object" },
    timeout: { type: "string", value: "TIME", summary: "Such as 30s; 60s if left out" },
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  consults: consultsLocks,
  grant(call, where, consulted) {
    const { config } = call.options;
    const read = typeof config === "string" ? [fileOf(config, where)] : [];
    const grant = deviceGrant(call, where, devicePlugins, consulted);
    const { run } = programGrant(call.positionals.slice(0, 1), where);
    return {
      ...grant,
      read: [...grant.read ?? [], ...read],
      run: [...new Set([...grant.run ?? [], ...run])],
    };
  },
  async run(call, io, where) {
    const [type, word, ...pairs] = call.positionals;
    const action = actions.find((one) => one === word);
    if (type === undefined || action === undefined) {
      const what = `Name a type and an action: ha fence try TYPE ${actions.join("|")}`;
      io.err(withCode("HA0002", `${what} [NAME=VALUE...]. Fix: see ha fence devices\n`));
      return exit.usage;
    }
    try {
      const places = placesOf(call, where);
      const device = await deviceType(type, places);
      const described = await describedType(device, where);
      const values = await valuesOf(call, where, pairs, described.fields);
      return await perform({ device, described, values, places }, action, call, io);
    } catch (error) {
      io.err(`${messageOf(error)}\n`);
      if (!(error instanceof DiagnosticError)) return exit.error;
      const codes = error.diagnostics.map(({ code }) => code);
      return codes.includes("HA0006")
        ? exit.noSuch
        : codes.includes("HA0002")
        ? exit.usage
        : exit.invalidParameter;
    }
  },
};

const fileOf = (word: string, { here }: Where): string => filePath(folderUrl(word, here));

/** Values by name. @throws {DiagnosticError} with all that is wrong with the words. */
async function valuesOf(
  { options }: Call,
  where: Where,
  pairs: readonly string[],
  fields: readonly Field[],
): Promise<Readonly<Record<string, unknown>>> {
  const read = pairsOf(pairs);
  const given = read.ok ? read.value : {};
  const secrets = fields.filter((one) => isSecret(one) && Object.hasOwn(given, one.fieldname));
  const wrong = [
    ...(read.ok ? [] : read.diagnostics),
    ...secrets.map(({ fieldname }) =>
      problem(
        [fieldname],
        "a secret is on the command line",
        "every user of the machine can read it there",
        "write it into a file of mode 0600 as JSON, and use --config FILE",
        "HA0002",
      )
    ),
  ];
  if (wrong.length > 0) throw new DiagnosticError("Cannot use the parameters", wrong);
  const file = typeof options.config === "string" ? fileOf(options.config, where) : undefined;
  return { ...(file === undefined ? {} : await readValues(file)), ...given };
}

/** A device to try. */
interface Tried {
  readonly device: DeviceType;
  readonly described: DescribedType;
  readonly values: Readonly<Record<string, unknown>>;
  readonly places: Places;
}

async function perform(tried: Tried, action: Action, call: Call, io: Io): Promise<number> {
  const { options: { timeout, node, json } } = call;
  const timeoutMs = timeout === undefined ? timeoutMsDefault : durationMs(String(timeout));
  if (timeoutMs === undefined || timeoutMs > timeoutMsMax) {
    throw new DiagnosticError("Cannot try it", [problem(
      ["timeout"],
      "it is no duration",
      `expected one such as 30s or 500ms, at most ${timeoutMsMax / 1_000}s`,
      "write a number and a unit",
      "HA0002",
    )]);
  }
  const begun = performance.now();
  const answer = await loaded(tried, async (api): Promise<FenceResult> => {
    if (action === "hosts") return { ok: true, detail: (await api.hosts()).join(", ") };
    if (action === "status") return await api.status();
    const hosts = await api.hosts();
    const host = typeof node === "string" ? node : hosts.length === 1 ? hosts[0] : undefined;
    if (host === undefined) {
      throw new DiagnosticError("Cannot try it", [problem(
        ["node"],
        "no node is named",
        `the device has these: ${hosts.join(", ") || "none"}`,
        "name one with --node NODE",
        "HA0002",
      )]);
    }
    return await api.fence(action, host, timeoutMs);
  }, (text) => io.err([text]));
  const tookMs = Math.round(performance.now() - begun);
  const { type } = tried.device;
  io.out(
    json === true ? `${JSON.stringify({ type, action, ...answer, tookMs }, null, 2)}\n` : [
      `${type} ${action}: ${answer.ok ? "ok" : "failed"}, after ${tookMs} ms`,
      `  ${answer.detail}`,
    ],
  );
  return answer.ok ? exit.ok : exit.error;
}

/** Loads the type in a process of its own, as a node does, whether nodes may use it or not. */
async function loaded<T>(
  { device: { type, held }, described, values, places }: Tried,
  question: (api: Stonith) => Promise<T>,
  log: (text: string) => void,
): Promise<T> {
  const { id, locked, lock } = held;
  const types = locked.manifest.family === undefined
    ? {}
    : { types: { [type]: { config: described.own } } };
  const project = new URL("plugins.lock.json", places.plugins);
  await using loader = createLoader({
    denoPath: places.denoPath,
    configFile: places.configFile,
    log: (level, text) => level === "debug" ? undefined : log(text),
    find: lookUp([
      { lock: { version: 1, plugins: { [id]: { ...locked, ...types } } }, file: lock },
      { lock: await readLock(project), file: project },
    ]),
  });
  const options = { config: values, isolation: "process" } as const;
  const { api } = await loader.load<Stonith>(`stonith/${type}`, options);
  return await question(api);
}
