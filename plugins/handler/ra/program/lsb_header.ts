/**
 * The header of an init script: what it says of itself, between `### BEGIN INIT INFO` and
 * `### END INIT INFO`.
 *
 * @module
 */

/** What is used of it. */
export interface LsbHeader {
  readonly summary?: string;
  readonly description?: string;
}

/** Reads the header of a script. A script without one has none of it. */
export function lsbHeader(script: string): LsbHeader {
  const lines = script.split("\n").map((line) => line.trimEnd());
  const begin = lines.findIndex((line) => /^###\s*BEGIN INIT INFO/.test(line));
  const end = lines.findIndex((line, at) => at > begin && /^###\s*END INIT INFO/.test(line));
  if (begin < 0 || end < 0) return {};
  const values = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines.slice(begin + 1, end)) {
    const [, name, value] = /^#\s*([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    const [, more] = /^#(?:\t| {2,})\s*(.+)$/.exec(line) ?? [];
    if (more !== undefined && last === "description") {
      values.set(last, `${values.get(last)} ${more}`);
    } else if (name !== undefined) values.set(last = name.toLowerCase(), value ?? "");
  }
  const summary = values.get("short-description");
  const description = values.get("description");
  return {
    ...(summary ? { summary } : {}),
    ...(description ? { description } : {}),
  };
}
