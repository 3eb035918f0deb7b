/**
 * Compares signatures in constant time, so that the duration does not reveal where they differ.
 *
 * @module
 */

/** Whether both are the same text. Only the lengths, which are no secret, end it early. */
export function sameMac(wanted: string, given: string): boolean {
  if (wanted.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) {
    difference |= wanted.charCodeAt(i) ^ given.charCodeAt(i);
  }
  return difference === 0;
}
