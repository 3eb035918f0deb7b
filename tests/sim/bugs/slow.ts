/**
 * Planted bugs whose first seed takes more than eight seconds.
 *
 * @module
 */

/** Their names. */
export const slow: ReadonlySet<string> = new Set([
  "anybody-acknowledges",
  "attributes-lost",
  "attributes-unsaved",
  "dampening-endless",
  "history-doubled",
  "history-unshared",
  "never-handed-on",
  "newest-believed",
  "no-deadline",
  "on-at-once",
  "on-forgotten",
  "priority-lost",
  "supply-after-supply",
]);
