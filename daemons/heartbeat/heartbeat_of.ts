/**
 * Builds the machine of a node from its configuration: the same for the main thread and for a
 * separate one (`tick.ts`).
 *
 * @module
 */
import type { Loader } from "../../pils/loader_types.ts";
import { manifestsIn } from "../site/consent/manifests.ts";
import { locksOf } from "../site/loader_of.ts";
import type { Log } from "../runtime/log.ts";
import type { Machine } from "../runtime/machine.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import type { Store } from "../runtime/store.ts";
import type { ClientsConfig } from "./clients/state.ts";
import { configuredPacketBytes } from "./configured_packet.ts";
import { heartbeat } from "./core.ts";
import { wantedOf } from "../site/wanted_plugins.ts";
import { description } from "./description.ts";
import { linksOf } from "./link_parameters.ts";
import { loadCodecs, readAgain, warn } from "./load_codecs.ts";

/** Where it is to run. */
export interface Place {
  readonly loader: Loader;
  readonly log: Log;
  readonly store: Store;
  /** The local API of the original, if it is offered. */
  readonly clients: ClientsConfig | undefined;
}

/** For the driver. */
export interface HeartbeatComposition {
  readonly machines: readonly Machine[];
  readonly stores: ReadonlyMap<string, Store>;
  /** Reads the keys again. */
  reload(): void;
}

/** @throws {DiagnosticError} if the parameters of a link, or the keys, cannot be used. */
export async function heartbeatOf(
  config: NodeConfig,
  { loader, log, store, clients }: Place,
): Promise<HeartbeatComposition> {
  const { nodes, keepaliveMs, deadtimeMs, initdeadMs } = config;
  const links = linksOf(config, await manifestsIn(locksOf(config)), Deno.pid);
  const linesAlone = links.media.every(({ line }) => line !== undefined);
  const compressions = wantedOf("compression", description.plugins, config);
  const codecs = await loadCodecs(
    config.authkeys,
    loader,
    config.packing,
    linesAlone,
    compressions,
  );
  warn(codecs, log);
  return {
    machines: [heartbeat(
      {
        cluster: config.cluster,
        nodes,
        keepaliveMs,
        deadtimeMs,
        initdeadMs,
        ...(config.autojoin === undefined ? {} : { autojoin: config.autojoin }),
        ...(config.warntimeMs === undefined ? {} : { warntimeMs: config.warntimeMs }),
        ...(clients === undefined ? {} : { clients }),
        ...links,
        packetBytes: configuredPacketBytes(config),
        packFromBytes: config.packFromBytes,
        ...(config.deadpingMs === undefined ? {} : { deadpingMs: config.deadpingMs }),
      },
      codecs,
    )],
    stores: new Map([["heartbeat", store]]),
    reload: () => readAgain(codecs, log),
  };
}
