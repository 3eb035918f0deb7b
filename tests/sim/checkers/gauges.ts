/**
 * MSG4: heartbeat's memory is bounded, whatever its peers do: every queue, history and table by
 * number, and all of it by bytes.
 *
 * It measures the whole state without knowing its structure, so that new parts are included.
 *
 * @module
 */
import {
  heldPackets,
  historyMax,
  missingMax,
  offeredPackets,
  windowPackets,
} from "../../../daemons/heartbeat/config.ts";
import { nodesMax } from "../../../daemons/site/node_config/limits.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Entries of one list, set or table at most: the largest of the bounds that heartbeat names. */
const entriesMax = Math.max(
  historyMax,
  missingMax,
  heldPackets,
  windowPackets + offeredPackets,
  nodesMax,
) + 1;
/** Bytes of packets and messages for each node of the cluster at most, with the load of this world. */
const bytesPerNodeMax = 1024 * 1024;
/** Fields that are no memory of peers: what the daemon was made of. */
const fixed: ReadonlySet<string> = new Set(["codecs", "config", "random", "counters"]);

/** Looks into every heartbeat now and then. */
export class GaugeChecker implements Checker {
  readonly watches = ["MSG4"];
  readonly counts = { gauged: 0, entriesMost: 0, bytesMost: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #everyMs: number;
  #gaugedUs = 0;

  constructor(world: World, fail: Fail, everyMs: number) {
    this.#world = world;
    this.#fail = fail;
    this.#everyMs = everyMs;
  }

  observe(_observation: Observation, nowUs: number): void {
    if (nowUs - this.#gaugedUs < this.#everyMs * 1000) return;
    this.#gaugedUs = nowUs;
    for (const node of this.#world.nodes) {
      const state = node.state("heartbeat");
      if (state === undefined) continue;
      this.counts.gauged++;
      const { bytes, entries, where } = measure(state);
      this.counts.entriesMost = Math.max(this.counts.entriesMost, entries);
      this.counts.bytesMost = Math.max(this.counts.bytesMost, bytes);
      if (entries > entriesMax) {
        this.#fail("MSG4", `heartbeat of ${node.name} keeps ${entries} entries in ${where}`);
      }
      if (bytes > bytesPerNodeMax * this.#world.nodes.length) {
        this.#fail("MSG4", `heartbeat of ${node.name} keeps ${bytes} bytes`);
      }
    }
  }
}

/** The largest collection in a value, where it is, and the bytes of all texts and buffers. */
function measure(root: unknown): { bytes: number; entries: number; where: string } {
  const found = { bytes: 0, entries: 0, where: "" };
  const seen = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === "string") {
      found.bytes += value.length;
      return;
    }
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Uint8Array) {
      found.bytes += value.length;
      return;
    }
    const size = Array.isArray(value)
      ? value.length
      : value instanceof Map || value instanceof Set
      ? value.size
      : 0;
    if (size > found.entries) {
      found.entries = size;
      found.where = path;
    }
    if (Array.isArray(value) || value instanceof Set) {
      for (const item of value) visit(item, `${path}[]`);
    } else if (value instanceof Map) {
      for (const item of value.values()) visit(item, `${path}[]`);
    } else {
      for (const [name, item] of Object.entries(value)) {
        if (!fixed.has(name)) visit(item, path === "" ? name : `${path}.${name}`);
      }
    }
  };
  visit(root, "");
  return found;
}
