/**
 * Changes of the list of nodes since the configuration was written, and their form on disk.
 *
 * @module
 */
import { count, list, nodesMax, object, record, Refusal, writable } from "../runtime/reader.ts";
import { sha256 } from "../runtime/sha256.ts";

/** What was changed since the configuration was written. */
export interface Hosts {
  /** Nodes that the configuration does not name. */
  readonly added: Set<string>;
  /** Nodes that were removed, whether the configuration names them or not. */
  readonly removed: Set<string>;
  /** Weights that are not 100, by node. */
  readonly weights: Map<string, number>;
  /** Sites, by node. */
  readonly sites: Map<string, string>;
}

const nameOf = writable(64);
const savedHosts = object({}, {
  added: list(nameOf, nodesMax),
  removed: list(nameOf, nodesMax),
  weights: record(count, nodesMax),
  sites: record(nameOf, nodesMax),
  digest: nameOf,
});

/** Where it is kept. */
export const hostsKey = "hosts";
/** Nothing was changed. */
export const noHosts = (): Hosts => ({
  added: new Set(),
  removed: new Set(),
  weights: new Map(),
  sites: new Map(),
});

/** What an earlier life kept; undefined if it is damaged. */
export function readHosts(saved: Uint8Array | undefined): Hosts | undefined {
  if (saved === undefined) return noHosts();
  try {
    const whole: unknown = JSON.parse(new TextDecoder().decode(saved));
    const read = savedHosts(whole);
    if (read instanceof Refusal) return undefined;
    const { digest, ...rest } = read;
    // Files of earlier versions have no digest, but are checked like all others.
    if (digest !== undefined && digest !== sha256(JSON.stringify(rest))) return undefined;
    const { added = [], removed = [], weights = {}, sites = {} } = rest;
    return {
      added: new Set(added),
      removed: new Set(removed),
      weights: new Map(Object.entries(weights)),
      sites: new Map(Object.entries(sites)),
    };
  } catch {
    return undefined;
  }
}

/** To be kept, with a digest: a changed letter in a name would be another node. */
export function writtenHosts({ added, removed, weights, sites }: Hosts): Uint8Array {
  const kept = {
    added: [...added],
    removed: [...removed],
    weights: Object.fromEntries(weights),
    sites: Object.fromEntries(sites),
  };
  // A field more, which an earlier version passes over.
  const digest = sha256(JSON.stringify(kept));
  return new TextEncoder().encode(JSON.stringify({ ...kept, digest }));
}
