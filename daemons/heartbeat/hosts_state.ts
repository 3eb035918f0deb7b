/**
 * Changes of the list of nodes since the configuration was written, and their form on disk.
 *
 * @module
 */

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

/** Where it is kept. */
export const hostsKey = "hosts";
/** Nothing was changed. */
export const noHosts = (): Hosts => ({
  added: new Set(),
  removed: new Set(),
  weights: new Map(),
  sites: new Map(),
});

/** What an earlier life kept; undefined if it cannot be read. */
export function readHosts(saved: Uint8Array | undefined): Hosts | undefined {
  if (saved === undefined) return noHosts();
  try {
    const { added = [], removed = [], weights = {}, sites = {} } = JSON.parse(
      new TextDecoder().decode(saved),
    );
    if (!Array.isArray(added) || !Array.isArray(removed)) return undefined;
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

/** To be kept. */
export const writtenHosts = ({ added, removed, weights, sites }: Hosts): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({
    added: [...added],
    removed: [...removed],
    weights: Object.fromEntries(weights),
    sites: Object.fromEntries(sites),
  }));
