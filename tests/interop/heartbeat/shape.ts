/**
 * What a cluster of C nodes and ours is made of.
 *
 * @module
 */

/** One cluster: some C nodes, then some of ours. */
export interface Shape {
  /** Short, unlike all others: folders and namespaces are named after it. */
  readonly name: string;
  readonly c: number;
  readonly ours: number;
  readonly media: "ucast" | "bcast" | "mcast";
  /** A line of authkeys without its number. */
  readonly auth: string;
  /** `message`: C nodes pack whole messages; ours take any. */
  readonly compression?: "zlib" | "bz2";
  readonly msgfmt?: "classic" | "netstring";
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  /**
   * C nodes run the original's ccm instead of the resources of release 1, which ours do not have: with
   * those a C node can neither stop cleanly nor take nodes that join by themselves.
   */
  readonly ccm?: boolean;
  /** Our nodes are there, but no heartbeat runs on them. */
  readonly listenOnly?: boolean;
  readonly autojoin?: "none" | "other" | "any";
}

/** What is left out of a shape. */
export const defaults = { keepaliveMs: 100, deadtimeMs: 500 } as const;

/** What a shape is, in a few words. */
export const described = (shape: Shape): string =>
  `${shape.c} C + ${shape.ours} ours, ${shape.media}, ${shape.auth.split(" ")[0]}, ${
    shape.compression ?? "not packed"
  }, msgfmt ${shape.msgfmt ?? "classic"}`;

/**
 * Media, methods, compressions and sizes so that every pair of choices is in one of nine clusters
 * (an orthogonal array of four factors at three levels).
 */
export const pairwise: readonly Shape[] = [0, 1, 2].flatMap((row) =>
  [0, 1, 2].map((column): Shape => {
    const third = (row + column) % 3;
    const fourth = (row + 2 * column) % 3;
    const compression = ([undefined, "zlib", "bz2"] as const)[third];
    const [c = 1, ours = 1] = ([[1, 1], [2, 1], [1, 2]] as const)[fourth] ?? [];
    return {
      name: `p${row}${column}`,
      c,
      ours,
      media: (["bcast", "ucast", "mcast"] as const)[row]!,
      auth: ["sha1 labkey", "md5 labkey", "crc"][column]!,
      ...(compression === undefined ? {} : { compression }),
      msgfmt: (row + column) % 2 === 0 ? "classic" : "netstring",
      // So many clusters side by side share two cores: no node may be late because of that.
      keepaliveMs: 200,
      deadtimeMs: 3_000,
    };
  })
);
