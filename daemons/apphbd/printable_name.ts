/**
 * Names that applications choose stand in logs and on terminals.
 *
 * @module
 */

/** Whether a text has no control characters, and nothing that changes the direction of a line. */
export const isPrintable = (text: string): boolean =>
  text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
