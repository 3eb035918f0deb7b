/**
 * Operations on a configuration: what they make of a CIB, and that the changes they send make the same.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse, stringify, type XmlElement } from "@std/xml";
import fc from "fast-check";
import { applyChanges, differenceOf } from "../../cib/doors/document.ts";
import { checkDialect, isRefused } from "../../pengine/doors/dialect.ts";
import { differenceLines } from "../steer/difference_text.ts";
import { aboutAt } from "../steer/run_change.ts";
import { valuesOf } from "../steer/values.ts";
import { parseCall } from "../parse_call.ts";
import { commandOf } from "../commands/steer.ts";
import { operations } from "./mod.ts";

const nowMs = Date.UTC(2026, 11, 1);

const empty = `<cib crm_feature_set="3.19.7" validate-with="pacemaker-4.0" epoch="1" num_updates="0"
 admin_epoch="0"><configuration><crm_config/><nodes><node id="n1" uname="alice"/><node id="n2" uname="bob"/>
</nodes><resources/><constraints/></configuration><status/></cib>`;

const read = (text: string): XmlElement => parse(text, { ignoreWhitespace: true }).root;
const commands = operations.map(commandOf);

/** Carries out a command line; gives the document or the problems. */
function run(cib: XmlElement, line: string): XmlElement | readonly string[] {
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
  const parsed = parseCall(commands, words);
  assert.equal(parsed.type, "call", line);
  if (parsed.type !== "call") throw new Error(line);
  const operation = operations.find(({ path }) => path === parsed.command.path);
  assert.ok(operation !== undefined);
  const values = valuesOf(operation, parsed.call);
  assert.ok(typeof values !== "string", line);
  if (operation.effect === "read") {
    const shown = operation.read(cib, values, aboutAt(nowMs));
    return "problems" in shown ? shown.problems.map(({ text }) => text) : shown.text;
  }
  const worked = operation.change(cib, values, aboutAt(nowMs));
  if ("problems" in worked) return worked.problems.map(({ text }) => text);
  // What is written makes the same document, and is taken back by its inverse.
  const applied = applyChanges(cib, differenceOf(cib, worked.cib));
  assert.ok(applied.ok, line);
  assert.deepEqual(differenceOf(applied.root, worked.cib), [], line);
  const back = applyChanges(applied.root, differenceOf(worked.cib, cib));
  assert.ok(back.ok, line);
  assert.deepEqual(differenceOf(back.root, cib), [], line);
  assert.ok(!isRefused(checkDialect(worked.cib)), `${line}\n${stringify(worked.cib)}`);
  return worked.cib;
}

function all(...lines: readonly string[]): XmlElement {
  return lines.reduce((cib, line) => {
    const made = run(cib, line);
    assert.ok("attributes" in made, `${line}: ${made}`);
    return made;
  }, read(empty));
}

const problemsOf = (cib: XmlElement, line: string): readonly string[] => {
  const found = run(cib, line);
  assert.ok(!("attributes" in found), line);
  return found;
};

const shown = (cib: XmlElement, line = "configure show"): string =>
  (run(cib, line) as readonly string[]).join("\n");

const dummy = "ocf:pacemaker:Dummy";

Deno.test("a configuration made by commands is what they say", () => {
  const cib = all(
    `resource create ip ocf:heartbeat:IPaddr2 ip=10.0.0.5 --op "monitor interval=5s timeout=9s"`,
    `resource create web ${dummy} --group data --meta migration-threshold=3`,
    "resource group data ip --before web",
    `resource create db ocf:pacemaker:Stateful --promotable`,
    "constraint order promote db-clone then start data",
    "constraint colocation data with db-clone --with-role promoted",
    "constraint location data bob -INFINITY",
    `constraint location data --rule "pingd lt 1 or (not_defined pingd and date gt 2026-12-01)" -500`,
    "constraint ticket site-a db-clone --role promoted --loss-policy demote",
    "option set no-quorum-policy=freeze",
    "option set resource-stickiness=100 --resource-defaults",
    "node standby alice",
    "node utilization bob cpu=4",
    "tag create all data db-clone",
  );
  assert.equal(
    shown(cib),
    `Nodes:
  alice
  bob

Resources:
  data (group)
    ip ocf:heartbeat:IPaddr2
      parameters: ip=10.0.0.5
      op monitor interval=5s timeout=9s
    web ocf:pacemaker:Dummy
      meta: migration-threshold=3
      op monitor interval=10s timeout=20s
  db-clone (clone)
    meta: promotable=true
    db ocf:pacemaker:Stateful
      op monitor interval=9s timeout=20s role=Promoted
      op monitor interval=10s timeout=20s role=Unpromoted

Constraints:
  order-db-clone-data: order promote db-clone then start data Mandatory
  colocation-data-db-clone: colocation data with db-clone (Promoted) INFINITY
  location-data-bob: location data: bob -INFINITY
  location-data: location data: -500 where pingd lt 1 or (not_defined pingd and date gt 2026-12-01)
  ticket-site-a-db-clone: ticket site-a for db-clone (Promoted) demote

Tags:
  all

Options:
  no-quorum-policy=freeze

Resource defaults:
  resource-stickiness=100`,
  );
});

Deno.test("deleting a resource takes with it what names it, and nothing else", () => {
  const cib = all(
    `resource create a ${dummy}`,
    `resource create b ${dummy} --group g`,
    `resource create c ${dummy} --group g`,
    "constraint order a then g",
    "constraint colocation b with a",
    "constraint location c bob 5",
    "tag create t a c",
  );
  const without = run(cib, "resource delete a");
  assert.ok("attributes" in without);
  assert.match(shown(without), /^ {2}location-c-bob/m);
  assert.doesNotMatch(shown(without), /order|colocation/);
  assert.equal(shown(without, "tag ls"), "t: c");
  const empty = run(without, "resource delete b c");
  assert.ok("attributes" in empty);
  assert.doesNotMatch(stringify(empty), /group|rsc_location|<tag /);
});

Deno.test("cloning a resource makes its constraints those of the clone, and back", () => {
  const cib = all(
    `resource create a ${dummy}`,
    `resource create b ${dummy}`,
    "constraint order a then b",
    "resource clone a clone-max=2",
  );
  assert.match(shown(cib), /order-a-b: order a-clone then b/);
  const back = run(cib, "resource unclone a");
  assert.ok("attributes" in back);
  assert.match(shown(back), /order-a-b: order a then b/);
});

Deno.test("a move ends by itself, and a second one replaces it", () => {
  const cib = all(
    `resource create a ${dummy}`,
    "resource move a bob",
    "resource move a alice --for 2h",
  );
  const lines = shown(cib, "constraint ls");
  assert.equal(
    lines,
    "cli-prefer-a: location a: INFINITY where #uname eq string alice and date lt 2026-12-01T02:00:00Z",
  );
  assert.equal(
    shown(
      all(`resource create a ${dummy}`, "resource move a bob", "resource clear a"),
      "constraint ls",
    ),
    "",
  );
});

Deno.test("starting a clone's resource lets the whole start, and keeps a role that was asked for", () => {
  const cib = all(
    `resource create a ${dummy} --clone --disabled`,
    "resource set a-clone target-role=Stopped --meta",
    "resource start a",
  );
  assert.doesNotMatch(shown(cib), /Stopped/);
  const role = all(
    `resource create s ocf:pacemaker:Stateful --promotable`,
    "resource set s-clone --meta target-role=Unpromoted",
    "resource start s-clone",
  );
  assert.match(shown(role), /target-role=Unpromoted/);
});

Deno.test("all that is wrong with a call is said at once, and where a name is nearly right, which one", () => {
  const cib = all(`resource create web ${dummy}`);
  assert.match(
    problemsOf(cib, "resource set wbe a=1 b").join("\n"),
    /"b" is no NAME=VALUE[^]*Did you mean "web"/,
  );
  assert.match(problemsOf(cib, `resource create web ${dummy}`)[0] ?? "", /The id "web" is taken/);
  assert.match(
    problemsOf(cib, "resource create 1x nothing").join("\n"),
    /cannot be the name[^]*names no agent/,
  );
  assert.match(problemsOf(cib, "constraint location web carol")[0] ?? "", /no node "carol"/);
  assert.match(problemsOf(cib, "constraint location web bob 5x")[0] ?? "", /no score/);
  assert.match(
    problemsOf(cib, `constraint location web --rule "a lt" 5`)[0] ?? "",
    /at its end, a value is expected/,
  );
  assert.match(problemsOf(cib, "resource group g web web")[0] ?? "", /given twice/);
  assert.match(problemsOf(cib, "resource move web bob --for never")[0] ?? "", /no duration/);
});

Deno.test("values of secrets are not shown, in resources and in differences", () => {
  const cib = all(`resource create db ${dummy} password=canary1 api-key=canary2 user=me`);
  for (const line of ["resource show db", "configure show", "configure show --xml"]) {
    assert.doesNotMatch(shown(cib, line), /canary/);
    assert.match(shown(cib, line), /me/);
  }
  const set = run(cib, "resource set db password=canary3");
  assert.ok("attributes" in set);
  for (const [a, b] of [[read(empty), cib], [cib, set]] as const) {
    assert.doesNotMatch(differenceLines(differenceOf(a, b)).join("\n"), /canary/);
  }
});

Deno.test("no order of commands breaks the language, and each is undone by its inverse", () => {
  const names = ["r0", "r1", "r2", "r3"];
  const name = fc.constantFrom(...names);
  const any = fc.constantFrom(...names, "g", "r0-clone", "r1-clone");
  const line = fc.oneof(
    fc.tuple(name, fc.constantFrom("", " --group g", " --clone", " --promotable", " --disabled"))
      .map(([id, more]) => `resource create ${id} ${dummy}${more}`),
    any.map((id) => `resource delete ${id}`),
    fc.tuple(any, any).map(([a, b]) => `constraint order ${a} then ${b}`),
    fc.tuple(any, any).map(([a, b]) => `constraint colocation ${a} with ${b} -7`),
    fc.tuple(any, fc.constantFrom("alice", "bob")).map(([a, node]) => `resource move ${a} ${node}`),
    fc.tuple(
      any,
      fc.constantFrom("stop", "start", "manage", "unmanage", "clone", "unclone", "clear"),
    )
      .map(([a, word]) => `resource ${word} ${a}`),
    fc.tuple(name, name).map(([a, b]) => `resource group g ${a} --before ${b}`),
    name.map((a) => `resource ungroup g ${a}`),
    fc.tuple(any, fc.constantFrom("a=1", "a=", "b=2")).map(([a, pair]) =>
      `resource set ${a} ${pair}`
    ),
    fc.constantFrom("node standby alice", "node online alice", "option set a=1", "option unset a"),
    fc.tuple(any, name).map(([a, b]) => `tag create t ${a} ${b}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
      let cib = read(empty);
      for (const one of lines) {
        const made = run(cib, one);
        if ("attributes" in made) cib = made;
        else assert.ok(made.length > 0);
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("values with blanks and quotes are one word each, wherever pairs stand in a row", () => {
  const cib = all(
    `node attribute alice "rack=a b=c"`,
    `alert add page log`,
    `alert set page "level=x y=z"`,
  );
  const odd = read(
    stringify(cib).replace(
      /name="rack" value="[^"]*"/,
      `name="my rack" value="a&quot; b=&quot;c"`,
    ),
  );
  const text = (line: string, of = cib) => [run(of, line)].flat().join("\n");
  assert.match(text("node ls"), /alice: .* {2}rack="a b=c"$/m);
  assert.match(text("node ls", odd), /alice: .* {2}"my rack"="a\\" b=\\"c"$/m);
  assert.match(text("alert ls"), /level="x y=z"/);
});
