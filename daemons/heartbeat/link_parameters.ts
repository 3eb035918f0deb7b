/**
 * Checks the parameters of each link, pseudo-member and watchdog in the node configuration against
 * the manifest of its plugin in the lock. So a third-party medium is configured like the project's
 * own, and startup reports all errors, each with its location.
 *
 * @module
 */
import { check } from "../../metadata/check.ts";
import { type Diagnostic, DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { didYouMean } from "../../metadata/nearest.ts";
import type { Manifests } from "../site/consent/manifests.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import type { LinkConfig, PingConfig, WatchdogConfig } from "./config.ts";
import { tooImpatient, watching } from "./watchdog_parameters.ts";

/** The parts of them that heartbeat receives. */
export interface Links {
  readonly media: readonly LinkConfig[];
  readonly pings: readonly PingConfig[];
  readonly watchdog?: WatchdogConfig;
}

/**
 * @param pid number of the process that the watchdog is to watch: heartbeat itself.
 * @throws {DiagnosticError} with everything that is wrong with any of them.
 */
export function linksOf(config: NodeConfig, manifests: Manifests, pid: number): Links {
  const problems: Diagnostic[] = [];
  const parametersOf = (id: string, input: unknown, path: Diagnostic["path"]) => {
    const manifest = manifests.get(id);
    if (manifest === undefined) {
      problems.push(problem(
        [...path, "plugin"],
        `"${id}" is not in the lock`,
        "heartbeat loads only plugins that an operator has approved",
        `correct the name, or run: ha plugin add FOLDER.${didYouMean(id, manifests.ids)}`,
        "HA2001",
      ));
      return {};
    }
    const checked = check(manifest.config, input, { path });
    if (!checked.ok) problems.push(...checked.diagnostics);
    return checked.ok ? checked.value : {};
  };
  const watchdogOf = ({ plugin, ...given }: NonNullable<NodeConfig["watchdog"]>) => {
    const watched = watching(manifests.get(plugin), given, pid);
    const parameters = parametersOf(plugin, watched, ["watchdog"]);
    problems.push(...tooImpatient(parameters, config.keepaliveMs));
    return { plugin, config: watched };
  };
  const { media, pings = [], watchdog } = config;
  const links: Links = {
    media: media.map(({ plugin, ...config }, at) => {
      const { baud } = parametersOf(plugin, config, ["media", at]);
      return {
        link: `${plugin.slice("medium/".length)}${at}`,
        plugin,
        config,
        // A byte is ten bits on the line.
        ...(plugin === "medium/serial" && typeof baud === "number"
          ? { line: { bytesPerSecond: baud / 10 } }
          : {}),
      };
    }),
    pings: pings.map(({ plugin, ...config }, at) => {
      parametersOf(plugin, config, ["pings", at]);
      return { name: config.name, plugin, config };
    }),
    ...(watchdog === undefined ? {} : { watchdog: watchdogOf(watchdog) }),
  };
  if (problems.length > 0) throw new DiagnosticError("Cannot use the node configuration", problems);
  return links;
}
