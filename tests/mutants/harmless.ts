/**
 * Mistakes that were drawn once, that nothing noticed, and that a person has read: the program does
 * the same with them, or nobody could be harmed. They are not drawn again.
 *
 * @module
 */
import { type Mutant, mutantsOf } from "./mutate.ts";

/** One such mistake. */
export interface Harmless {
  readonly path: string;
  /** The line of the source, without the blanks around it. */
  readonly line: string;
  /** The part that changes, and what it becomes; without the blanks around them. */
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

/** All of them. */
export const harmless: readonly Harmless[] = [
  {
    path: "daemons/crmd/policy.ts",
    line:
      "if (coordination === undefined || view === undefined || replica.version === undefined) return;",
    before: "||",
    after: "&&",
    why: "a node that coordinates has a view and a document: the check is for the types",
  },
  {
    path: "daemons/crmd/policy.ts",
    line:
      "if (coordination === undefined || root === undefined || configuration === undefined) return;",
    before: "||",
    after: "&&",
    why:
      "a node that coordinates has a document, and with it a configuration: the check is for the types",
  },
  {
    path: "daemons/tengine/walk.ts",
    line: "run.sorted = true;",
    before: "run.sorted = true;",
    after: "",
    why: "it is sorted once more, and comes out the same",
  },
  {
    path: "daemons/tengine/walk.ts",
    line: "run.sorted = true;",
    before: "true",
    after: "false",
    why: "it is sorted once more, and comes out the same",
  },
  {
    path: "daemons/tengine/walk.ts",
    line: "sorted: false,",
    before: "false",
    after: "true",
    why: "whatever becomes ready sets it",
  },
  {
    path: "daemons/tengine/results.ts",
    line: 'if (!name.startsWith("action ")) return;',
    before: 'if (!name.startsWith("action ")) return;',
    after: "",
    why: "the rest of another name is the key of no action",
  },
  {
    path: "daemons/tengine/results.ts",
    line: "timeoutMs: numberOf(action.attributes.CRM_meta_timeout, 0),",
    before: "0",
    after: "1",
    why: "no record has it",
  },
  {
    path: "daemons/lrmd/describe.ts",
    line: "if (id === undefined) return true;",
    before: "true",
    after: "false",
    why: "such an id is the number of no operation",
  },
  {
    path: "daemons/lrmd/describe.ts",
    line: "return true;",
    before: "true",
    after: "false",
    why: "such an id is the number of no operation",
  },
  {
    path: "daemons/lrmd/result.ts",
    line: "if (operation.intervalMs > 0) {",
    before: ">",
    after: ">=",
    why: "what does not recur is in no list of what does, and has an asker",
  },
  {
    path: "daemons/lrmd/result.ts",
    line: 'if (typeof value !== "object" || value === null) return undefined;',
    before: "||",
    after: "&&",
    why: "what is no object has no members either, and is refused for that",
  },
  {
    path: "daemons/stonithd/core.ts",
    line: "querying: false,",
    before: "false",
    after: "true",
    why: "the first event sets it",
  },
  {
    path: "daemons/stonithd/core.ts",
    line: "stale: false,",
    before: "false",
    after: "true",
    why: "the first event sets it",
  },
  {
    path: "daemons/stonithd/describe.ts",
    line: "if (asked === undefined) return true;",
    before: "true",
    after: "false",
    why: "such an id is that of no device's call",
  },
  {
    path: "daemons/stonithd/describe.ts",
    line: "return true;",
    before: "true",
    after: "false",
    why: "such an id is that of no device's call",
  },
  {
    path: "daemons/stonithd/answers.ts",
    line: 'return typeof value === "object" && value !== null ? { ...value } : {};',
    before: "&&",
    after: "||",
    why: "what is no object has no members either",
  },
  {
    path: "daemons/stonithd/devices.ts",
    line: "const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true });",
    before: "true",
    after: "false",
    why: "neither is an element, and only elements are looked at",
  },
  {
    path: "daemons/stonithd/blank.ts",
    line: "awaited: 0,",
    before: "0",
    after: "1",
    why: "each attempt sets it",
  },
  {
    path: "daemons/ccm/clique.ts",
    line:
      "const everywhere = nodes.map((_, at) => links[at]!.every((is, other) => is || other === at));",
    before: "||",
    after: "&&",
    why: "who hears all is found by the search too, only later",
  },
  {
    path: "daemons/ccm/founding.ts",
    line: "if (electorates.committed.version > 0) {",
    before: "0",
    after: "1",
    why: "an epoch is far above 1",
  },
  {
    path: "daemons/recoverymgrd/only_one.ts",
    line: "const text = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));",
    before: "0",
    after: "1",
    why: "of an empty file a NUL would be read: no number of a process either",
  },
  {
    path: "pils/boot_process.ts",
    line: "const chunk = new Uint8Array(1 << 16);",
    before: "16",
    after: "17",
    why: "the size of a buffer that is read into",
  },
  {
    path: "pils/meter.ts",
    line: "#bytes = 0;",
    before: "0",
    after: "1",
    why: "the first read begins a window, which counts from zero",
  },
  {
    path: "pils/meter.ts",
    line: "#frames = 0;",
    before: "0",
    after: "1",
    why: "the first read begins a window, which counts from zero",
  },
  {
    path: "pils/frame.ts",
    line: "const type = this.#kept[at + 4] ?? 0;",
    before: "0",
    after: "1",
    why: "a whole head is there: the rest is for the types",
  },
  {
    path: "plugins/compression/zlib/mod.ts",
    line:
      'typeof result === "object" && result !== null && "buffer" in result && "engine" in result;',
    before: "&&",
    after: "||",
    why: "the library gives both: the check is for the types",
  },
  {
    path: "daemons/heartbeat/clients/monitor.ts",
    line: "if (open.size === 0) return;",
    before: "if (open.size === 0) return;",
    after: "",
    why: "without clients there is nobody to send to: it saves time",
  },
  {
    path: "daemons/heartbeat/clients/monitor.ts",
    line: "if (turn.state.clients.open.size === 0) return;",
    before: "if (turn.state.clients.open.size === 0) return;",
    after: "",
    why: "without clients there is nobody to send to: it saves time",
  },
  {
    path: "daemons/runtime/frame.ts",
    line: "for (let i = 0; i < length; i++) if (bytes[from + i] !== this.#head[i]) return false;",
    before: "<",
    after: "<=",
    why: "no head is the same then, and each is read: it takes longer",
  },
  {
    path: "daemons/recoverymgrd/status_file.ts",
    line: 'typeof value === "object" && value !== null ? { ...value } : {};',
    before: "&&",
    after: "||",
    why: "what is no object has no members to copy",
  },
  {
    path: "pils/process.ts",
    line: "if (kept.length >= lineCharactersMax) {",
    before: ">=",
    after: ">",
    why: "a line of just so many characters is taken with its end, and is the same",
  },
  {
    path: "daemons/runtime/turns.ts",
    line: "if ((this.#owed.get(client) ?? 0) > allOwedMsMax / this.#owed.size) return false;",
    before: ">",
    after: ">=",
    why: "measured times are never equal to a share",
  },
  {
    path: "plugins/compression/bz2/unpack.ts",
    line: "for (let i = 0; i < last.length; i++) starts[last[i]! + 1]!++;",
    before: "<",
    after: "<=",
    why: "one turn more reads past a typed array, and writes nothing",
  },
  {
    path: "plugins/compression/bz2/unpack.ts",
    line: "for (let i = 0; i < last.length; i++) next[starts[last[i]!]!++] = i;",
    before: "<",
    after: "<=",
    why: "one turn more reads past a typed array, and writes nothing",
  },
  {
    path: "plugins/compression/bz2/rotations.ts",
    line: "for (let i = 0; i < length; i++) count[block[i]! + 1]!++;",
    before: "<",
    after: "<=",
    why: "one turn more reads past a typed array, and writes nothing",
  },
  {
    path: "plugins/compression/bz2/rotations.ts",
    line: "for (let i = 0; i < length; i++) order[count[block[i]!]!++] = i;",
    before: "<",
    after: "<=",
    why: "one turn more reads past a typed array, and writes nothing",
  },
  {
    path: "plugins/compression/bz2/rotations.ts",
    line: "for (let i = 0; i < length; i++) count[rank[i]! + 1]!++;",
    before: "<",
    after: "<=",
    why: "one turn more reads past a typed array, and writes nothing",
  },
  {
    path: "plugins/compression/bz2/rotations.ts",
    line: "for (let i = 0; i < length; i++) order[count[rank[shifted[i]!]!]!++] = shifted[i]!;",
    before: "<",
    after: "<=",
    why: "one turn more reads past a typed array, and writes nothing",
  },
  {
    path: "plugins/encoding/ha/classic.ts",
    line: "if (at < 0 || at >= to) return stringField(name, bytes, value, to);",
    before: ">=",
    after: ">",
    why: "a newline stands at the end",
  },
  {
    path: "plugins/encoding/ha/classic.ts",
    line: 'if (equals < 0 || equals >= to) return "no =";',
    before: ">=",
    after: ">",
    why: "a newline stands at the end",
  },
  {
    path: "plugins/medium/mcast/mod.ts",
    line: "const membership = await sender.joinMulticastV6(group, 0);",
    before: "0",
    after: "1",
    why: "the membership of the sender is left at once: only its loopback is set",
  },
  {
    path: "daemons/site/bounded_file.ts",
    line: "let bytes = new Uint8Array(size + 1);",
    before: "1",
    after: "2",
    why: "the size of a buffer that grows",
  },
  {
    path: "daemons/site/consent/beside.ts",
    line: "return (((await Deno.lstat(path)).mode ?? 0) & mayExecute) !== 0;",
    before: "0",
    after: "1",
    why: "every file has a mode where a node runs: the first zero is for the types",
  },
  {
    path: "metadata/timer.ts",
    line: "return leftMs <= platformMsMax",
    before: "<=",
    after: "<",
    why: "just as many milliseconds are waited for in two steps, of which the second is none",
  },
  {
    path: "metadata/timer.ts",
    line: "if (ms <= platformMsMax) return { id: setTimeout(run, ms) };",
    before: "<=",
    after: "<",
    why: "just as many milliseconds are waited for in two steps, of which the second is none",
  },
  {
    path: "metadata/std/xml.ts",
    line:
      "return read(xml, { ...options, trackPosition: false }); // lines of elements are not in its tree",
    before: "false",
    after: "true",
    why: "the tree has a line more for each element, which its type does not show",
  },
  {
    path: "metadata/xml/build.ts",
    line: "#line = 1;",
    before: "1",
    after: "2",
    why: "each element sets it where lines are asked for, and nothing reads it elsewhere",
  },
  {
    path: "daemons/site/consent/ask.ts",
    line: "oldest: 1,",
    before: "1",
    after: "2",
    why: "a reader has no handler that negotiates: the member is for the types",
  },
  {
    path: "daemons/heartbeat/clients/sessions.ts",
    line: "if (frame.length <= packedAboveBytes - 2 * addedBytesMax) return frame.length;",
    before: "*",
    after: "/",
    why: "what is so small fits into a packet, packed or not",
  },
  {
    path: "daemons/heartbeat/stream_item.ts",
    line: "if (length === 0 || at + length > payload.length) return false;",
    before: "+",
    after: "-",
    why: "what is read past the end is no byte, and so another one",
  },
  {
    path: "daemons/runtime/thread.ts",
    line: "pipe.close();",
    before: "pipe.close();",
    after: "",
    why: "the thread at its other end is ended at once, and with it the pipe",
  },
  {
    path: "plugins/handler/ra/program/systemd.ts",
    line: "const leftMs = () => Math.max(1, until - performance.now());",
    before: "1",
    after: "2",
    why: "a millisecond more for what has no time left",
  },
  {
    path: "metadata/xml/parse.ts",
    line: 'for (let at = xml.indexOf("&"); at >= 0; at = xml.indexOf("&", at + 1)) {',
    before: "0",
    after: "1",
    why: "a document that begins with a reference is refused in any case",
  },
];

/** Whether a mistake in a text is this one. */
export const isHarmless = (one: Harmless, path: string, text: string, mutant: Mutant): boolean =>
  one.path === path && one.before === mutant.before.trim() && one.after === mutant.after.trim() &&
  text.split("\n")[mutant.line - 1]?.trim() === one.line;

/** Those that no longer match their source. */
export const outdated = (textOf: (path: string) => string): readonly Harmless[] =>
  harmless.filter((one) => {
    const text = textOf(one.path);
    return !mutantsOf(text).some((mutant) => isHarmless(one, one.path, text, mutant));
  });
