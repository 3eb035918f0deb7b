/**
 * Every command of the table with words that nobody should type: it refuses them in words of its own. The
 * calls come from the table, so a new command is among them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { codeIn } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { parseCall } from "../parse_call.ts";
import { shown } from "../terminal.ts";
import { allCommands } from "./mod.ts";
import { permissions, project } from "./testing/site.ts";

/** Words; files among them are in the folder. Each place of a call gets some of them, in turn. */
const odd: readonly string[] = [
  ...["", " ", "--", "-x", "--nothing", "-1", "-0", "1e3", "0x10", "9".repeat(30)],
  ...["2147483648ms", "-5s", "P1Y", "-INFINITY", "x".repeat(100_000), "a b", 'a"b', "a/b", "../x"],
  ...["%", "#", "?", "a#b/c", "a:b", "npm:@a/b@latest", "file:///nowhere", "[x", "(((", "*", ".."],
  ...["e\u0301", "\u200b", "\ufeff", "__proto__", "constructor", "a=b", "=", "__proto__=1", "a="],
  ...[
    "web@alice",
    "web:-1",
    "2023-13-01",
    "deno::",
    ":::",
    "<a>&",
    "/dev/null",
    "pipe",
    "loop",
    ".",
  ],
  ...["text", "broken.xml", "bom.xml", "empty", "utf16.xml", "deep.xml"],
];

/** Words for each place of a call: more of them take longer, and find what this test is to keep away. */
const wordsEach = 1;

/** Those that go on until somebody ends them, that read what is typed, and one with codes of Nagios. */
const leftOut: ReadonlySet<string> = new Set([
  ...["plugin dev", "status --watch", "status --check"],
  ...["resource secret set", "simulate --xml-pipe", "why --xml-pipe"],
]);

const cib = `<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.9" epoch="1" num_updates="0"
 admin_epoch="0"><configuration><crm_config/><nodes><node id="alice" uname="alice"/></nodes><resources>
 <primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/>
 </configuration><status/></cib>`;

const files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {
  "cib.xml": cib,
  text: "hello",
  empty: "",
  "broken.xml": cib.slice(0, 200),
  "bom.xml": `\ufeff${cib}`,
  "utf16.xml": new Uint8Array([0xff, 0xfe, 0x3c, 0]),
  "deep.xml": "<cib>".repeat(10_000),
};

/** Words that a command takes, from its usage line. */
const usual = (positionals = ""): string[] =>
  positionals.split(/[\s[\]]+/).filter((word) => word !== "" && word !== "--" && word !== "|")
    .map((word) => /NAME=/.test(word) ? "a=1" : /NODE/.test(word) ? "alice" : "web");

/** Options that keep a call from doing anything outside of the folder. */
const kept = ({ options }: Command): string[] =>
  ["file=cib.xml", "xml-file=cib.xml", "run=nowhere", "run-folder=nowhere", "secrets=nowhere"]
    .filter((option) => options[option.split("=")[0] ?? ""]?.type === "string")
    .map((option) => `--${option}`)
    .concat("dry-run" in options ? ["--dry-run"] : []);

/** The calls of a command: each place with some words, the others as usual. */
function* callsOf(command: Command, turn: () => string): Generator<readonly string[]> {
  const words = usual(command.positionals);
  const before = kept(command);
  yield [...before, ...words];
  yield before;
  for (let each = 0; each < wordsEach; each++) {
    for (const at of words.keys()) yield [...before, ...words.with(at, turn())];
    yield [...before, ...words, turn()];
  }
  for (const [name, { type }] of Object.entries(command.options)) {
    if (leftOut.has(`${command.path.join(" ")} --${name}`)) continue;
    if (type === "boolean") yield [...before, ...words, `--${name}`, `--${name}`];
    else {
      const others = before.filter((one) => !one.startsWith(`--${name}=`));
      for (let each = 0; each < wordsEach; each++) {
        yield [...others, ...words, `--${name}=${turn()}`];
      }
    }
  }
}

/** Calls a command as its own process would; what is wrong with how it ended. */
async function triedWith(
  commands: readonly Command[],
  words: readonly string[],
  where: Where,
): Promise<string | undefined> {
  const parsed = parseCall(commands, words);
  if (parsed.type === "wrong") return codeIn(parsed.text) === undefined ? parsed.text : undefined;
  if (parsed.type === "help") return undefined;
  let said = "";
  const say = (text: string | readonly string[]) => void (said += shown(text));
  const io = { out: say, err: say, ask: () => undefined };
  try {
    parsed.command.consults?.(parsed.call, where);
    parsed.command.grant(parsed.call, where, new Map());
    const code = await parsed.command.run(parsed.call, io, where);
    if (!Object.values(exit).some((one) => one === code)) return `exit code ${code}`;
    if (code !== exit.ok && said === "") return `exit code ${code} without a word`;
    return /^\s+at .*\.ts:\d+/m.test(said) ? `a stack: ${said.slice(0, 300)}` : undefined;
  } catch (error) {
    const message = messageOf(error);
    // What the system refuses gets its code where the process ends; the rest is a slip of ours.
    const isOfSystem = /\(os error \d+\)|Requires \w+ access/.test(message);
    return isOfSystem || codeIn(message) !== undefined
      ? undefined
      : `threw ${message.slice(0, 300)}`;
  }
}

Deno.test({
  name: "every command refuses odd words in words of its own",
  permissions: { ...permissions, run: false },
  async fn() {
    await Deno.mkdir(`${project}/.test`, { recursive: true });
    const here = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "words_" });
    try {
      for (const [name, text] of Object.entries(files)) {
        const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
        await Deno.writeFile(`${here}/${name}`, bytes);
      }
      const where = { project, here, deno: Deno.execPath() };
      const commands = await allCommands();
      let at = 0;
      const turn = () => odd[at++ % odd.length] ?? "";
      const wrong: string[] = [];
      for (const command of commands) {
        if (leftOut.has(command.path.join(" "))) continue;
        for (const words of callsOf(command, turn)) {
          // Some commands write what they are given a name for.
          await Deno.writeTextFile(`${here}/cib.xml`, cib);
          const why = await triedWith(commands, [...command.path, ...words], where);
          const call = [...command.path, ...words].join(" ").slice(0, 200);
          if (why !== undefined) wrong.push(`ha ${call}: ${why}`);
        }
      }
      assert.deepEqual(wrong, []);
    } finally {
      await Deno.remove(here, { recursive: true });
    }
  },
});
