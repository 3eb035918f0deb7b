/** What texts of the configuration language mean, at their limits. */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { addDuration, durationSeconds, parseDuration } from "./duration.ts";
import { isInterval, parseInterval, parseMilliseconds } from "./interval.ts";
import { evaluateRule, fillIn, type RuleInput } from "./rule.ts";
import { Role } from "../model.ts";
import { addScores, clampScore, isScore, parseInteger, parseScore, scoreText } from "./score.ts";
import { compareVersions } from "./version.ts";

const element = (xml: string) => parse(xml, { ignoreWhitespace: true }).root;
const at = (text: string): number => Date.parse(text) / 1000;

Deno.test("whole numbers are what a text begins with", () => {
  const table: readonly (readonly [string | undefined, number | undefined])[] = [
    [undefined, undefined],
    ["", undefined],
    ["0", 0],
    ["9", 9],
    ["10", 10],
    ["123456789012345", 123_456_789_012_345],
    ["1234567890123456", 1_234_567_890_123_456],
    ["12a", 12],
    [" 12", 12],
    ["+12", 12],
    ["-12.7", -12],
    ["/", undefined],
    [":", undefined],
    ["a", undefined],
    ["-", undefined],
  ];
  for (const [text, number] of table) assert.equal(parseInteger(text), number, text);
});

Deno.test("scores end at infinity, and colours are worth what the health strategy says", () => {
  const health = { red: -7, yellow: -3, green: 2 };
  const worth = ["red", "YELLOW", "green", "INFINITY", "-INFINITY", "+infinity", "3"];
  assert.deepEqual(worth.map((text) => parseScore(text, health)), [
    -7,
    -3,
    2,
    1_000_000,
    -1_000_000,
    1_000_000,
    3,
  ]);
  assert.deepEqual(["red", "yellow", "green"].map((text) => parseScore(text)), [0, 0, 0]);
  assert.deepEqual(
    [999_999, 1_000_000, 1_000_001, -999_999, -1_000_001, 1.5, -1.5].map(clampScore),
    [
      999_999,
      1_000_000,
      1_000_000,
      -999_999,
      -1_000_000,
      1,
      -1,
    ],
  );
  const sums: readonly (readonly [number, number, number])[] = [
    [1, 2, 3],
    [1_000_000, -5, 1_000_000],
    [-5, 1_000_000, 1_000_000],
    [-1_000_000, 5, -1_000_000],
    [5, -1_000_000, -1_000_000],
    [1_000_000, -1_000_000, -1_000_000],
    [999_999, 1, 1_000_000],
    [-999_999, -1, -1_000_000],
    [999_999, -1, 999_998],
  ];
  for (const [one, other, sum] of sums) assert.equal(addScores(one, other), sum, `${one} ${other}`);
  assert.deepEqual([1_000_000, 999_999, 0, -999_999, -1_000_000].map(scoreText), [
    "INFINITY",
    "999999",
    "0",
    "-999999",
    "-INFINITY",
  ]);
  for (const good of ["0", "-5", "+5", "INFINITY", "-infinity", "Red", " 7"]) {
    assert.equal(isScore(good), true, good);
  }
  for (const bad of ["", "5a", "x", "reddish", "1.5", "--1"]) {
    assert.equal(isScore(bad), false, bad);
  }
});

Deno.test("spans of time have units, and end at thirty-two bits", () => {
  const table: readonly (readonly [string | undefined, number])[] = [
    [undefined, 0],
    ["", 0],
    ["7", 7_000],
    ["7 sec", 7_000],
    ["7S", 7_000],
    ["7ms", 7],
    ["7msec", 7],
    ["7000us", 7],
    ["7m", 420_000],
    ["7min", 420_000],
    ["2h", 7_200_000],
    ["2d", 0],
    ["-7", 0],
    [".5s", 0],
    ["1.9s", 1_000],
    ["99999999999", 0xffff_ffff],
    ["PT7S", 7_000],
    ["PT7M", 420_000],
    ["PT2H", 7_200_000],
    ["P1D", 86_400_000],
    ["P1W", 604_800_000],
    ["P1M", 2_592_000_000],
    ["P1Y", 0xffff_ffff],
    ["P1.5D", 0],
    ["PT0.5S", 0],
    ["P", 0],
    ["P1", 0],
    ["P1X", 0],
  ];
  for (const [text, ms] of table) assert.equal(parseInterval(text), ms, text);
  assert.equal(parseMilliseconds("99999999999999999999"), 2 ** 53);
  assert.equal(parseMilliseconds("x"), undefined);
  for (const good of ["7", "7ms", "PT1M"]) assert.equal(isInterval(good), true, good);
  for (const bad of ["", "x", "7 days", "P1X"]) assert.equal(isInterval(bad), false, bad);
});

Deno.test("durations have parts, and months of a date are as long as they are", () => {
  assert.deepEqual(parseDuration("P1Y2M3W4DT5H6M7S"), {
    years: 1,
    months: 2,
    days: 25,
    seconds: 5 * 3600 + 6 * 60 + 7,
  });
  assert.equal(durationSeconds({ years: 1, months: 2, days: 3, seconds: 4 }), 428 * 86_400 + 4);
  const none = { years: 0, months: 0, days: 0, seconds: 0 };
  const moved = (from: string, change: object) =>
    new Date(addDuration(at(from), { ...none, ...change }) * 1000).toISOString().slice(0, 19);
  assert.equal(moved("2023-11-30T01:02:03Z", { months: 1 }), "2023-12-30T01:02:03");
  assert.equal(moved("2023-11-30T01:02:03Z", { months: 2 }), "2024-01-30T01:02:03");
  assert.equal(moved("2023-11-30T01:02:03Z", { months: 3 }), "2024-02-29T01:02:03");
  assert.equal(moved("2023-11-30T01:02:03Z", { months: 13 }), "2024-12-30T01:02:03");
  assert.equal(moved("2023-01-15T00:00:00Z", { months: -1 }), "2022-12-15T00:00:00");
  assert.equal(moved("2024-02-29T00:00:00Z", { years: 1 }), "2025-02-28T00:00:00");
  assert.equal(moved("2023-12-31T00:00:00Z", { days: 1, seconds: 5 }), "2024-01-01T00:00:05");
});

Deno.test("versions are compared number by number", () => {
  const table: readonly (readonly [string | undefined, string | undefined, number])[] = [
    ["1.2.3", "1.2.3", 0],
    ["1.2", "1.2.0.0", 0],
    ["1.2", "1.2.1", -1],
    ["1.2.1", "1.2", 1],
    ["1.10", "1.9", 1],
    ["2", "10", -1],
    ["1.a", "1.0", 0],
    ["1.2rc1", "1.2", 0],
    [undefined, undefined, 0],
    ["1", undefined, 1],
    [undefined, "0", -1],
  ];
  for (const [one, other, order] of table) {
    assert.equal(compareVersions(one, other), order, `${one} ${other}`);
  }
});

const input = (more: Partial<RuleInput> = {}): RuleInput => ({
  nowS: 0,
  resolve: (one) => one,
  budget: { expressionsLeft: 100 },
  ...more,
});
const holds = (inside: string, more: Partial<RuleInput> = {}): boolean =>
  evaluateRule(element(`<rule id="r">${inside}</rule>`), input(more));

Deno.test("each comparison holds on its side, and on neither where nothing is known", () => {
  const operations = ["lt", "lte", "eq", "gte", "gt", "ne", "odd"];
  const compare = (known: string | undefined, type: string, value = "5") =>
    operations.filter((operation) =>
      holds(
        `<expression attribute="a" operation="${operation}" type="${type}" value="${value}"/>`,
        {
          attributes: new Map(known === undefined ? [] : [["a", known]]),
        },
      )
    ).join(" ");
  for (const type of ["integer", "number", "version", "string"]) {
    assert.equal(compare("4", type), "lt lte ne", type);
    assert.equal(compare("5", type), "lte eq gte", type);
    assert.equal(compare("6", type), "gte gt ne", type);
    assert.equal(compare(undefined, type), "ne", type);
  }
  assert.equal(compare("10", "integer"), "gte gt ne");
  assert.equal(compare("10", "string"), "lt lte ne");
  assert.equal(compare("5.5", "integer"), "lte eq gte", "what follows does not count");
  assert.equal(compare("5.5", "number"), "gte gt ne");
  assert.equal(compare("x", "integer"), "gte gt ne", "compared as text");
  assert.equal(compare("A", "string", "a"), "lte eq gte");
  // Without a type: numbers where something is more or less, texts where it is equal.
  const plain = (operation: string, known: string, value: string) =>
    holds(`<expression attribute="a" operation="${operation}" value="${value}"/>`, {
      attributes: new Map([["a", known]]),
    });
  assert.equal(plain("gt", "10", "9"), true);
  assert.equal(plain("gt", "1.5", "1.25"), true);
  assert.equal(plain("gt", "2", "1.5"), true);
  assert.equal(plain("eq", "1.0", "1"), false);
  assert.equal(plain("defined", "", ""), true);
});

Deno.test("rules of roles, agents and operations hold for what they name", () => {
  const role = (of: Role | undefined, expression: string) =>
    holds(`<expression attribute="#role" ${expression}/>`, of === undefined ? {} : { role: of });
  const roles = [undefined, Role.stopped, Role.started, Role.unpromoted, Role.promoted];
  const which = (expression: string) => roles.map((one) => role(one, expression) ? 1 : 0).join("");
  assert.equal(which(`operation="defined"`), "00011");
  assert.equal(which(`operation="not_defined"`), "01100");
  assert.equal(which(`operation="eq" value="Promoted"`), "00001");
  assert.equal(which(`operation="ne" value="Promoted"`), "00010");
  assert.equal(which(`operation="lt" value="Promoted"`), "00000");
  const agent = { class: "ocf", provider: "p", type: "T" };
  const of = (attributes: string) => holds(`<rsc_expression id="e" ${attributes}/>`, { agent });
  for (const good of ["", 'class="ocf"', 'provider="p"', 'type="T"', 'class="ocf" type="T"']) {
    assert.equal(of(good), true, good);
  }
  for (const bad of ['class="lsb"', 'provider="q"', 'type="U"', 'class="ocf" type="U"']) {
    assert.equal(of(bad), false, bad);
  }
  assert.equal(holds(`<rsc_expression id="e"/>`), false, "there is no agent");
  const operation = { name: "monitor", intervalMs: 10_000 };
  const op = (attributes: string) => holds(`<op_expression id="e" ${attributes}/>`, { operation });
  assert.equal(op('name="monitor"'), true);
  assert.equal(op('name="monitor" interval="10s"'), true);
  assert.equal(op('name="monitor" interval="11s"'), false);
  assert.equal(op('name="start"'), false);
  assert.equal(holds(`<op_expression id="e" name="monitor"/>`), false, "there is no operation");
});

Deno.test("rules within rules end: by depth, by a bound of expressions, and where nothing is", () => {
  const deep = (levels: number) =>
    `${'<rule id="r">'.repeat(levels)}<expression attribute="a" operation="not_defined"/>${
      "</rule>".repeat(levels)
    }`;
  const attributes = new Map<string, string>();
  assert.equal(holds(deep(64), { attributes }), true);
  assert.equal(holds(deep(65), { attributes }), false);
  let told = "";
  const many = `<expression attribute="a" operation="not_defined"/>`.repeat(3);
  const complain = (_: unknown, problem: string) => void (told = problem);
  assert.equal(holds(many, { attributes, budget: { expressionsLeft: 3 }, complain }), true);
  assert.equal(holds(many, { attributes, budget: { expressionsLeft: 2 }, complain }), false);
  assert.match(told, /too many expressions/);
  assert.equal(holds(""), true);
  assert.equal(evaluateRule(element(`<rule id="r" boolean-op="OR"/>`), input()), false);
  assert.equal(
    holds(many, { attributes, resolve: (one) => one.name.raw === "rule" ? one : undefined }),
    false,
  );
  assert.equal(holds(`<expression attribute="a" operation="eq" value="1"/>`), false);
  assert.equal(holds(`<expression operation="not_defined"/>`, { attributes }), false);
  assert.equal(holds(`<expression attribute="a"/>`, { attributes }), false);
  assert.equal(holds(`<strange/>`, { attributes }), false);
});

Deno.test("a location may compare with what its pattern matched, and with the resource's own values", () => {
  assert.equal(fillIn("a%1-%0%9", ["whole", "one"]), "aone-whole");
  const match = {
    groups: ["web1", "1"],
    parameters: () => new Map([["port", "80"]]),
    meta: new Map([["room", "one"]]),
  };
  const attributes = new Map([["load-1", "80"], ["room", "one"]]);
  const is = (attribute: string, value: string, source: string) =>
    holds(
      `<expression attribute="${attribute}" operation="eq" value="${value}" value-source="${source}"/>`,
      { attributes, match },
    );
  assert.equal(is("load-%1", "port", "param"), true);
  assert.equal(is("room", "room", "meta"), true);
  assert.equal(is("room", "one", "literal"), true);
  assert.equal(is("room", "port", "meta"), false);
  assert.equal(is("load-%1", "room", "param"), false);
});
