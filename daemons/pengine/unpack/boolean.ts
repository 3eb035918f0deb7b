/**
 * Yes and no as a CIB writes them.
 *
 * @module
 */

/** The truth of a text; `undefined` where it is neither yes nor no. */
export function parseBoolean(text: string | undefined): boolean | undefined {
  switch (text?.toLowerCase()) {
    case "true":
    case "on":
    case "yes":
    case "y":
    case "1":
      return true;
    case "false":
    case "off":
    case "no":
    case "n":
    case "0":
      return false;
    default:
      return undefined;
  }
}

/** Whether a text says yes. */
export function isTrue(text: string | undefined): boolean {
  return parseBoolean(text) === true;
}
