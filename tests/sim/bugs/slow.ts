/**
 * Planted bugs whose first seed takes more than eight seconds.
 *
 * @module
 */

/** Their names. */
export const slow: ReadonlySet<string> = new Set([
  "anybody-acknowledges",
  "anybody-performs",
  "attributes-lost",
  "attributes-unsaved",
  "dampening-endless",
  "delay-ignored",
  "half-level",
  "history-doubled",
  "history-unshared",
  "hung-monitor-awaited",
  "never-again",
  "never-handed-on",
  "newest-believed",
  "no-deadline",
  "on-at-once",
  "on-forgotten",
  "priority-lost",
  "rejoin-ignored",
  "supply-after-supply",
  "timeout-ignored",
  "tries-uncounted",
]);
