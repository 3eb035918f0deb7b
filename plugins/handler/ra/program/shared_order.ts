/**
 * The order to a shell that runs programs one after another: a line of its language, in which every
 * value is quoted.
 *
 * @module
 */
import type { Program } from "./program.ts";

/** Names that mean nothing to a shell. */
const plainName = /^(?:(?:OCF|HA)_[A-Za-z0-9_]+|PATH)$/;
/** Characters of an order: a shell takes it in a moment. */
const charactersMax = 16_384;
/** What only looks, and starts no services. */
const looks: ReadonlySet<string> = new Set(["monitor", "status"]);

/** The order; undefined if such a shell is not to run it. @param mark `NAME=VALUE` of its environment */
export function sharedOrder(
  { path, args, env, operation, stdoutBytesMax }: Program,
  mark: string,
): string | undefined {
  if (operation === undefined || operation.intervalMs === 0 || !looks.has(operation.action)) {
    return undefined;
  }
  if (stdoutBytesMax !== undefined || !Object.keys(env).every((name) => plainName.test(name))) {
    return undefined;
  }
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  const words = [path, ...args].map(quoted).join(" ");
  const order = `(export ${mark} ${variables.join(" ")}; t; exec ${words}) </dev/null 2>&3 3>&-
m $?
`;
  return order.length > charactersMax || order.includes("\0") ? undefined : order;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
