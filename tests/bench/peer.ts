/**
 * What others do of what `stream_bench.ts` measures, in the same run.
 *
 * @module
 */

/** Messages of one size, from one client to those on all other nodes. */
export interface PeerFigures {
  readonly bytes: number;
  /** Messages a second that every receiver had, in order. */
  readonly perSecond: number;
  /** Milliseconds until the first answer. */
  readonly p50: number;
  readonly p99: number;
}

/** A peer that was measured. */
export interface Peer {
  readonly name: string;
  readonly nodes: number;
  readonly figures: readonly PeerFigures[];
}

/** The line of one size. */
export function shown({ name, nodes }: Peer, figures: PeerFigures): string {
  const { bytes, perSecond, p50, p99 } = figures;
  const rate = (value: number) => `${Math.round(value).toLocaleString("en").padStart(7)}/s`;
  return `${nodes} nodes, ${name}, ${String(bytes).padStart(4)} B: ${rate(perSecond)}` +
    `, round trip ${p50.toFixed(3)} / ${p99.toFixed(3)} ms`;
}
