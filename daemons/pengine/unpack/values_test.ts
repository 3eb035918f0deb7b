/** Scores, spans of time, dates, versions, rules: tables of what texts mean. */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { parseDate, weekOf } from "./date.ts";
import { evaluateDate } from "./date_rule.ts";
import { addDuration, parseDuration } from "./duration.ts";
import { parseInterval } from "./interval.ts";
import { addNvpairs } from "./nvpair.ts";
import { readPattern } from "./pattern.ts";
import { evaluateRule, type RuleInput } from "./rule.ts";
import { addScores, parseScore } from "./score.ts";
import { compareVersions } from "./version.ts";

const at = (text: string): number => Date.parse(text) / 1000;
const element = (xml: string) => parse(xml, { ignoreWhitespace: true }).root;

Deno.test("Scores", () => {
  const table: readonly (readonly [string | undefined, number])[] = [
    [undefined, 0],
    ["5", 5],
    ["-5", -5],
    ["+INFINITY", 1_000_000],
    ["-infinity", -1_000_000],
    ["1000001", 1_000_000],
    ["12abc", 12],
    ["abc", 0],
  ];
  for (const [text, score] of table) assert.equal(parseScore(text), score, text);
  assert.equal(addScores(1_000_000, -1_000_000), -1_000_000);
  assert.equal(addScores(999_999, 5), 1_000_000);
});

Deno.test("Spans of time", () => {
  const table: readonly (readonly [string, number])[] = [
    ["20", 20_000],
    ["20s", 20_000],
    ["500ms", 500],
    ["2min", 120_000],
    ["1h", 3_600_000],
    ["1.5s", 1000],
    ["PT1H30M", 5_400_000],
    ["P10S", 10_000],
    ["P1D", 86_400_000],
    ["never", 0],
  ];
  for (const [text, ms] of table) assert.equal(parseInterval(text), ms, text);
});

Deno.test("Dates in each of the three forms, and those that are none", () => {
  const table: readonly (readonly [string, number | undefined])[] = [
    ["2005-01-20", at("2005-01-20T00:00:00Z")],
    ["2005-020", at("2005-01-20T00:00:00Z")],
    ["2005-020T12:30", at("2005-01-20T12:30:00Z")],
    ["2005-W03-4", at("2005-01-20T00:00:00Z")],
    ["2014-05-07 00:28:00", at("2014-05-07T00:28:00Z")],
    ["2014-05-07T00:28:00+02:00", at("2014-05-06T22:28:00Z")],
    ["20240229T240000Z", at("2024-03-01T00:00:00Z")],
    ["epoch", 0],
    ["2023-02-29", undefined],
    ["2023-366", undefined],
    ["2023-W54-1", undefined],
    ["12:99", undefined],
    ["", undefined],
  ];
  for (const [text, time] of table) assert.equal(parseDate(text), time, text);
  assert.deepEqual(weekOf(at("2021-01-03T12:00:00Z")), { year: 2020, week: 53, day: 7 });
});

Deno.test("A month later is the same day, or the last of a shorter month", () => {
  const month = parseDuration("P1M");
  assert.ok(month);
  assert.equal(addDuration(at("2024-01-31T10:00:00Z"), month), at("2024-02-29T10:00:00Z"));
});

Deno.test("Date expressions", () => {
  const now = at("2024-07-10T13:05:00Z"); // A Wednesday, the 192nd day.
  const table: readonly (readonly [string, boolean])[] = [
    [`<d start="2024-01-01" end="2024-12-31"/>`, true],
    [`<d start="2024-07-11"/>`, false],
    [`<d start="2024-07-01"><duration weeks="1"/></d>`, false],
    [`<d start="2024-07-01"><duration weeks="2"/></d>`, true],
    [`<d operation="gt" start="2024-07-10"/>`, true],
    [`<d operation="lt" end="2024-07-10"/>`, false],
    [`<d operation="date_spec"><date_spec hours="9-16" weekdays="1-5"/></d>`, true],
    [`<d operation="date_spec"><date_spec hours="14-"/></d>`, false],
    [`<d operation="date_spec"><date_spec yeardays="192" years="-2024"/></d>`, true],
    [`<d operation="date_spec"><date_spec months="x"/></d>`, false],
    [`<d/>`, false],
  ];
  for (const [xml, holds] of table) {
    assert.equal(evaluateDate(element(xml), now).passed, holds, xml);
  }
  const { changesAtS } = evaluateDate(element(`<d start="2024-07-11"/>`), now);
  assert.equal(changesAtS, at("2024-07-11T00:00:00Z"));
});

Deno.test("Versions", () => {
  assert.ok(compareVersions("1.10", "1.9") > 0);
  assert.equal(compareVersions("1.0", "1"), 0);
  assert.ok(compareVersions(undefined, "1") < 0);
});

const input = (attributes: Readonly<Record<string, string>>): RuleInput => ({
  nowS: 0,
  attributes: new Map(Object.entries(attributes)),
  resolve: (one) => one,
  budget: { expressionsLeft: 100 },
});

Deno.test("Attribute expressions compare as their type says", () => {
  const table: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
    [`attribute="a" operation="defined"`, { a: "" }, true],
    [`attribute="a" operation="not_defined"`, {}, true],
    [`attribute="a" operation="eq" value="X"`, { a: "x" }, true],
    [`attribute="a" operation="ne" value="X"`, {}, true],
    [`attribute="a" operation="lt" value="10"`, { a: "9" }, true],
    [`attribute="a" operation="lt" value="10" type="string"`, { a: "9" }, false],
    [`attribute="a" operation="gt" value="1.5"`, { a: "1.25" }, false],
    [`attribute="a" operation="gt" value="1.9" type="version"`, { a: "1.10" }, true],
    [`attribute="a" operation="lt" value="10"`, {}, false],
  ];
  for (const [expression, attributes, holds] of table) {
    const rule = element(`<rule><expression ${expression}/></rule>`);
    assert.equal(evaluateRule(rule, input(attributes)), holds, expression);
  }
});

Deno.test("Rules join by and unless they say or", () => {
  const yes = `<expression attribute="a" operation="defined"/>`;
  const no = `<expression attribute="b" operation="defined"/>`;
  const holds = (xml: string): boolean => evaluateRule(element(xml), input({ a: "1" }));
  assert.equal(holds(`<rule>${yes}${no}</rule>`), false);
  assert.equal(holds(`<rule boolean-op="or">${no}${yes}</rule>`), true);
  assert.equal(holds(`<rule>${yes}<rule boolean-op="or">${no}${yes}</rule></rule>`), true);
});

Deno.test("Of sets of values the highest score wins, then the last written", () => {
  const sets = element(`<r>
    <s id="1"><nvpair name="a" value="1"/><nvpair name="b" value="1"/></s>
    <s id="2" score="5"><nvpair name="a" value="2"/></s>
    <s id="3"><nvpair name="b" value="3"/></s></r>`);
  const values = new Map<string, string>();
  addNvpairs(values, sets, "s", input({}));
  assert.deepEqual(Object.fromEntries(values), { a: "2", b: "3" });
});

Deno.test("Patterns are extended regular expressions", () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ["^rsc", "rsc1", true],
    ["rsc$", "rsc1", false],
    ["[[:digit:]]+", "a12", true],
    ["[a-z_.-]x", "-x", true],
    ["[]]", "]", true],
    ["^(foo|bar)-[0-9]{1,2}$", "bar-123", false],
  ];
  for (const [text, name, found] of table) {
    const pattern = readPattern(text);
    assert.notEqual(typeof pattern, "string", text);
    if (typeof pattern !== "string") {
      assert.equal(pattern.match(name) !== undefined, found, text);
    }
  }
  const groups = readPattern("r(s)c(.)");
  assert.ok(typeof groups !== "string");
  assert.deepEqual(groups.match("xrsc7")?.slice(0, 3), ["rsc7", "s", "7"]);
});
