/**
 * `logd`: the process that writes the log.
 *
 * @module
 */
import { logSocketOf } from "../site/sockets.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { facilities } from "../site/node_config/log_fields.ts";
import type { Composition, Surroundings } from "../site/main.ts";
import { start } from "../start.ts";
import { logd } from "./core.ts";
import { description, syslogPath, syslogSocketOf } from "./description.ts";
import { doors } from "./doors.ts";
import { FileOutput } from "./file_output.ts";
import { severityOf } from "../runtime/logging/levels.ts";
import { outputs, type WorldOutput } from "./outputs.ts";
import { doorsInstance, outputsInstance } from "./state.ts";
import { SyslogOutput } from "./syslog_output.ts";
import type { LogdConfig, OutputConfig } from "./types.ts";

type LogConfig = NonNullable<NodeConfig["log"]>;
type ConfiguredOutput = LogConfig["outputs"][number];

const mib = 1024 * 1024;
const hourMs = 3_600_000;

/** The machine's part of an output. */
function outputOf(output: ConfiguredOutput): OutputConfig {
  const { type, path, level, only, rotateMiB, rotateHours, facility, address, prefix } = output;
  return {
    type,
    severity: severityOf(level),
    ...(path === undefined ? {} : { path }),
    ...(only === undefined ? {} : { only }),
    ...(type === "syslog" ? {} : { rotateBytes: rotateMiB * mib }),
    ...(rotateHours === undefined || type === "syslog" ? {} : { rotateMs: rotateHours * hourMs }),
    ...(facility === undefined ? {} : { facility: facilities.indexOf(facility) << 3 }),
    ...(address === undefined ? {} : { remote: true }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

/** The machine's part of the section. */
export const configOf = (
  { outputs, queueLines, queueLinesAll, queueMiB }: LogConfig,
  level: NodeConfig["loglevel"],
): LogdConfig => ({
  outputs: outputs.map(outputOf),
  bounds: {
    linesMax: queueLines,
    allLinesMax: queueLinesAll,
    allBytesMax: queueMiB * mib,
  },
  severity: severityOf(level),
});

function worldOutput(
  { type, path = syslogPath, mode, keep, address, port }: ConfiguredOutput,
  at: number,
  { config, log }: Surroundings,
): WorldOutput {
  if (type !== "syslog") {
    return new FileOutput({
      path,
      mode: parseInt(mode, 8),
      keep,
      progress: `${config.state}/logd/progress.${at}`,
      log: (text) => log("logd", "warning", text),
    });
  }
  return address === undefined
    ? new SyslogOutput({ transport: "unixpacket", path }, syslogSocketOf(config, at))
    : new SyslogOutput({ transport: "udp", hostname: address, port }, "");
}

async function compose(surroundings: Surroundings): Promise<Composition> {
  const { config, log } = surroundings;
  const section = config.log;
  if (section === undefined) throw new TypeError("the node configuration has no section log");
  await Deno.mkdir(`${config.state}/logd`, { recursive: true, mode: 0o700 });
  const { socket, socketMode } = section;
  return {
    machines: [logd(configOf(section, config.loglevel))],
    builtins: {
      [outputsInstance]: outputs(
        section.outputs.map((output, at) => worldOutput(output, at, surroundings)),
      ),
      [doorsInstance]: doors({
        node: logSocketOf(config),
        ...(socket === undefined ? {} : { local: { path: socket, mode: parseInt(socketMode, 8) } }),
        log: (text) => log("logd", "warning", text),
      }),
    },
  };
}

if (import.meta.main) await start(description, compose);
