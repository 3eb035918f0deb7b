import assert from "node:assert/strict";
import type { Command } from "./command.ts";
import { allCommands, commandsFor } from "./commands/mod.ts";
import { help, parseCall } from "./parse_call.ts";

const command = (path: readonly string[], change: Partial<Command> = {}): Command => ({
  path,
  summary: `Does ${path.join(" ")}`,
  options: { xml: { type: "string", short: "x", value: "FILE", summary: "The CIB" } },
  grant: () => ({}),
  run: () => 0,
  ...change,
});
const table = [command(["plugin", "ls"]), command(["plugin", "add"]), command(["status"])];

Deno.test("the longest path that fits is the command, and its options are read", () => {
  const parsed = parseCall(table, ["plugin", "ls", "-x", "a.xml"]);
  assert.ok(parsed.type === "call");
  assert.deepEqual(parsed.command.path, ["plugin", "ls"]);
  assert.deepEqual(parsed.call.options, { xml: "a.xml" });
});

Deno.test("the beginning of a path shows what there is below it", () => {
  const parsed = parseCall(table, ["plugin"]);
  assert.ok(parsed.type === "help");
  assert.match(help(parsed.commands), /plugin add.*\n.*plugin ls/);
});

Deno.test("a slip is answered with the nearest command", () => {
  const parsed = parseCall(table, ["statsu"]);
  assert.ok(parsed.type === "wrong");
  assert.match(parsed.text, /Did you mean "status"\?/);
});

Deno.test("an option that is not there is refused with the usage", () => {
  const parsed = parseCall(table, ["status", "--nope"]);
  assert.ok(parsed.type === "wrong");
  assert.match(parsed.text, /--nope.*\n.*Usage: ha status \[--xml FILE\]/s);
});

Deno.test("all that is wrong with the options is reported at once", () => {
  const parsed = parseCall(table, ["status", "more", "--xm=1", "--xml", "-z"]);
  assert.ok(parsed.type === "wrong");
  assert.match(parsed.text, /"--xm"\. Did you mean "xml"\?\n.*"-z"/);
  assert.match(parsed.text, /"--xml" needs a value/);
  assert.match(parsed.text, /"more" is not expected/);
});

Deno.test("switches, lists and what follows -- are read", () => {
  const options = {
    yes: { type: "boolean", short: "y", summary: "" },
    allow: { type: "string", multiple: true, summary: "" },
  } as const;
  const one = [command(["do"], { options, positionals: "WORD..." })];
  const parsed = parseCall(one, ["do", "-y", "--allow=1", "a", "--allow", "b", "--", "-x", "007"]);
  assert.ok(parsed.type === "call");
  assert.deepEqual(parsed.call, {
    options: { yes: true, allow: ["1", "b"] },
    positionals: ["a", "-x", "007"],
  });
  const none = parseCall(one, ["do"]);
  assert.ok(none.type === "call");
  assert.deepEqual(none.call, { options: {}, positionals: [] });
});

Deno.test("help of every real command can be shown, and no two commands share a path", async () => {
  const commands = await allCommands();
  const paths = commands.map(({ path }) => path.join(" "));
  assert.equal(new Set(paths).size, paths.length);
  for (const command of commands) assert.match(help([command]), /Usage: ha /);
});

Deno.test("each command is found in the group that its first word names", async () => {
  for (const { path } of await allCommands()) {
    const group = await commandsFor(path);
    assert.ok(group.some((one) => one.path.join(" ") === path.join(" ")), path.join(" "));
    assert.ok(group.every((one) => one.path[0] === path[0]), "no other group is loaded");
  }
  assert.equal((await commandsFor(["statsu"])).length, (await allCommands()).length);
});

Deno.test("a switch with a value is refused: --yes=no is no yes", () => {
  const options = {
    yes: { type: "boolean", short: "y", summary: "" },
    run: { type: "string", value: "FOLDER", summary: "" },
  } as const;
  const one = [command(["do"], { options, positionals: "WORD..." })];
  for (const word of ["--yes=no", "-y=no", "--yes=", "--yes=0"]) {
    const parsed = parseCall(one, ["do", word]);
    assert.ok(parsed.type === "wrong", word);
    assert.match(parsed.text, /"--yes" takes no value \[HA0002\]\. Fix: /);
  }
  const given = (...words: string[]) => {
    const parsed = parseCall(one, ["do", ...words]);
    assert.ok(parsed.type === "call", words.join(" "));
    return parsed.call.options;
  };
  assert.deepEqual(given("--yes=true"), { yes: true });
  assert.deepEqual(given("--yes=false"), {});
  assert.deepEqual(given("--run=yes=no"), { run: "yes=no" });
  assert.deepEqual(given("--", "--yes=no"), {});
});
