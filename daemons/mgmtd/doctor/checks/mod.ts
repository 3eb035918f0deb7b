/**
 * All checks, in the order in which they are shown: what explains other findings comes first.
 *
 * @module
 */
import type { Check } from "../check.ts";
import { addresses } from "./addresses.ts";
import { clock, peerClocks } from "./clocks.ts";
import { answers, daemons, running } from "./daemons.ts";
import { fenceCoverage, fenceTested, fencing } from "./fencing.ts";
import { hostName } from "./host_name.ts";
import { links, redundancy } from "./links.ts";
import { disk, kernel, lasting, limits, log, service } from "./machine.ts";
import { members, quorum, tieBreak } from "./membership.ts";
import { mtu, refused, versions } from "./network.ts";
import { config, reload } from "./node_file.ts";
import { ports } from "./ports.ts";
import { agents, alerts, configuration, moves, resources } from "./resources.ts";
import { files, keys, plugins } from "./trust.ts";
import { watchdog, watchdogArmed } from "./watchdog.ts";

/** See the head of the file. */
export const checks: readonly Check[] = [
  ...[config, reload, files, keys, plugins],
  ...[hostName, addresses, ports, disk, lasting, service, log, limits, kernel, clock],
  ...[running, daemons, answers, links, redundancy, refused, mtu, versions, peerClocks],
  ...[quorum, members, tieBreak, fencing, fenceCoverage, fenceTested, watchdog, watchdogArmed],
  ...[configuration, agents, resources, moves, alerts],
];
