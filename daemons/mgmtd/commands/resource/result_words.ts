/**
 * Result codes of OCF in words.
 *
 * @module
 */
const words: Readonly<Record<number, string>> = {
  0: "ok",
  1: "error",
  2: "invalid parameters",
  3: "not implemented",
  4: "not permitted",
  5: "not installed",
  6: "not configured",
  7: "not running",
  8: "running, promoted",
  9: "failed, promoted",
  190: "degraded",
  191: "degraded, promoted",
};

/** A code and its meaning: `7 (not running)`. */
export const resultWords = (rc: number): string => `${rc} (${words[rc] ?? "unknown"})`;
