/**
 * The fencing device of a demo, as a person writes it on the command line.
 *
 * @module
 */

/** A fencing device: which plugin of kind `stonith`, and its configuration. */
export interface DemoDevice {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What is in quotes at the beginning of a word or of a value; a backslash keeps a double quote. */
const quoted = /"((?:[^"\\]|\\.)*)"|'([^']*)'/sy;
const bare = /\S+/y;
const name = /[^\s="']+=/y;

/**
 * Reads `TYPE NAME=VALUE...`, such as `smartplug address=192.0.2.7 "outlets=alice bob"`. A word or a
 * value stands in quotes if it has blanks; quotes within a value belong to it, as in
 * `map={"alice":1}`. Undefined if that is not its form.
 */
export function deviceOf(text: string): DemoDevice | undefined {
  const words = wordsOf(text);
  const [type, ...pairs] = words ?? [];
  if (type === undefined || !/^[a-z][a-z0-9_]*$/.test(type)) return undefined;
  const parameters: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    parameters[name] = value;
  }
  return { type, parameters };
}

/** Words; undefined if a quote is not closed. */
function wordsOf(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    if (at >= text.length) return words;
    const before = take(name)?.[0] ?? "";
    if (text[at] === '"' || text[at] === "'") {
      const found = take(quoted);
      if (found === null || /\S/.test(text[at] ?? "")) return undefined;
      words.push(before + (found[2] ?? (found[1] ?? "").replace(/\\(.)/gs, "$1")));
    } else words.push(before + (take(bare)?.[0] ?? ""));
  }
}
