/** Dates and what recurs, held against the calendar of the platform and against tables. */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { atTime, civilOf, daysOfMonth, ordinalOf, parseDate, weekOf } from "./date.ts";
import { durationOf, evaluateDate } from "./date_rule.ts";
import { fromLocal } from "./zone.ts";

const dayS = 86_400;
const at = (text: string): number => Date.parse(text) / 1000;
const element = (xml: string) => parse(xml, { ignoreWhitespace: true }).root;

Deno.test("each day of thirty-five years is the day that the calendar has", () => {
  for (let timeS = at("1999-01-01"); timeS < at("2034-01-01"); timeS += 5 * dayS) {
    const { date, secondOfDay } = civilOf(timeS + 7);
    const moment = new Date(timeS * 1000);
    const [year, month, day] = [
      moment.getUTCFullYear(),
      moment.getUTCMonth() + 1,
      moment.getUTCDate(),
    ];
    assert.deepEqual([date, secondOfDay], [{ year, month, day }, 7]);
    assert.equal(atTime(date, 9), timeS + 9);
    assert.equal(ordinalOf(date), Math.round((timeS - at(`${year}-01-01`)) / dayS) + 1);
    assert.equal(daysOfMonth(year, month), new Date(Date.UTC(year, month, 0)).getUTCDate());
    // A week belongs to the year in which its Thursday is.
    const weekday = moment.getUTCDay() || 7;
    const thursday = new Date((timeS + (4 - weekday) * dayS) * 1000);
    const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
    const week = Math.floor((thursday.getTime() - first) / 1000 / dayS / 7) + 1;
    assert.deepEqual(weekOf(timeS + 7), { year: thursday.getUTCFullYear(), week, day: weekday });
    const pad = (value: number, to = 2) => String(value).padStart(to, "0");
    for (
      const text of [
        `${year}-${pad(ordinalOf(date), 3)}`,
        `${thursday.getUTCFullYear()}-W${pad(week)}-${weekday}`,
        `${year}${pad(month)}${pad(day)}`,
      ]
    ) assert.equal(parseDate(text), timeS, text);
  }
});

Deno.test("a date at a limit is one, and one beyond it is none", () => {
  const good = [
    ["2023-01-01", "2023-01-01T00:00:00Z"],
    ["2023-12-31", "2023-12-31T00:00:00Z"],
    ["2023-001", "2023-01-01T00:00:00Z"],
    ["2023-365", "2023-12-31T00:00:00Z"],
    ["2024-366", "2024-12-31T00:00:00Z"],
    ["2000-02-29", "2000-02-29T00:00:00Z"],
    ["2023-W01-1", "2023-01-02T00:00:00Z"],
    ["2020-W53-7", "2021-01-03T00:00:00Z"],
    ["2023-01-01T24:00", "2023-01-02T00:00:00Z"],
    ["2023-01-01T23:59:60Z", "2023-01-02T00:00:00Z"],
    ["2023-01-01 00:00:00 +02:30", "2022-12-31T21:30:00Z"],
    ["2023-01-01T00:00-0230", "2023-01-01T02:30:00Z"],
    ["2023-01-01T00:00+2", "2022-12-31T22:00:00Z"],
    ["2023-01-01T12", "2023-01-01T12:00:00Z"],
    ["2023-01-01T12:30:15.5Z", "2023-01-01T12:30:15Z"],
    ["2023-01-01Z", "2023-01-01T00:00:00Z"],
    ["0001-01-01", "0001-01-01T00:00:00Z"],
    ["2020W537", "2021-01-03T00:00:00Z"],
    ["2023-01-01T9:5", "2023-01-01T09:05:00Z"],
    ["2023-01-01T2:5:7Z", "2023-01-01T02:05:07Z"],
    ["2023-01-01T123015Z", "2023-01-01T12:30:15Z"],
    ["2023-01-01T00:00+1:30", "2022-12-31T22:30:00Z"],
    ["2023-01-01T00:00+24:00", "2022-12-31T00:00:00Z"],
  ] as const;
  for (const [text, means] of good) assert.equal(parseDate(text), at(means), text);
  const bad = [
    "2023-00-01",
    "2023-13-01",
    "2023-01-00",
    "2023-01-32",
    "2023-04-31",
    "1900-02-29",
    "2023-000",
    "2023-366",
    "2024-367",
    "2023-W00-1",
    "2023-W54-1",
    "2023-W53-1",
    "2021-W53-1",
    "0000-01-01",
    "0000-001",
    "0000-W01-1",
    "2023-01-01T012:30",
    "2023-01-01T12:3015",
    "2023-01-01T1230:15",
    "2023-01-01T00:00+01:60",
    "2023-01-01T00:00+25:00",
    "2023-01-01T00:00+010",
    "12:30",
    "T12:30",
    "2023-W01-0",
    "2023-W01-8",
    "2023-01-01T25:00",
    "2023-01-01T24:01",
    "2023-01-01T24:00:01",
    "2023-01-01T00:60",
    "2023-01-01T00:00:61",
    "2023-01-01T1:2:3:4",
    "",
  ];
  for (const text of bad) assert.equal(parseDate(text), undefined, text);
  const zone = () => 3_600;
  assert.equal(parseDate("2023-01-01", zone), at("2022-12-31T23:00:00Z"));
  assert.equal(parseDate("2023-01-01Z", zone), at("2023-01-01T00:00:00Z"));
  assert.equal(parseDate("2023-01-01T00:00Z", zone), at("2023-01-01T00:00:00Z"));
});

Deno.test("a time without a day is one of the day on which it is asked", () => {
  const nowS = at("2023-06-15T23:30:00Z");
  assert.equal(parseDate("12:30", undefined, nowS), at("2023-06-15T12:30:00Z"));
  assert.equal(parseDate("T12:30:15", undefined, nowS), at("2023-06-15T12:30:15Z"));
  assert.equal(parseDate("1:30+02:00", undefined, nowS), at("2023-06-14T23:30:00Z"));
  // An hour ahead of UTC it is the next day already.
  assert.equal(parseDate("12:30", () => 3_600, nowS), at("2023-06-16T11:30:00Z"));
  for (const bad of ["25:00", "12:61", "T", "12"]) {
    assert.equal(parseDate(bad, undefined, nowS), undefined, bad);
  }
});

Deno.test("a local time that is skipped or comes twice has a moment", () => {
  // The clock goes from 0 to 3,600 s ahead at 1,000,000, and back at 2,000,000.
  const zone = (timeS: number) => timeS >= 1_000_000 && timeS < 2_000_000 ? 3_600 : 0;
  assert.equal(fromLocal(500_000, zone), 500_000);
  assert.equal(fromLocal(1_500_000, zone), 1_496_400);
  assert.equal(fromLocal(1_000_000, zone), 1_000_000, "skipped");
  assert.equal(fromLocal(1_003_599, zone), 1_003_599, "skipped");
  assert.equal(fromLocal(1_003_600, zone), 1_000_000);
  assert.equal(fromLocal(2_000_000, zone), 1_996_400, "the first of two");
  assert.equal(fromLocal(2_003_600, zone), 2_003_600);
});

Deno.test("a range of time includes both its ends, and says when it changes", () => {
  const [before, start, between, end, after] = [99, 100, 150, 200, 201];
  const zoned = (n: number) => new Date(n * 1000).toISOString();
  const say = (attributes: string, inside = "") => (nowS: number) =>
    evaluateDate(
      element(`<date_expression id="d" ${attributes}>${inside}</date_expression>`),
      nowS,
    );
  const range = say(`start="${zoned(start)}" end="${zoned(end)}"`);
  assert.deepEqual([before, start, between, end, after].map(range), [
    { passed: false, changesAtS: start },
    { passed: true, changesAtS: end + 1 },
    { passed: true, changesAtS: end + 1 },
    { passed: true, changesAtS: end + 1 },
    { passed: false },
  ]);
  const lasting = say(
    `operation="in_range" start="${zoned(start)}"`,
    `<duration id="u" seconds="100"/>`,
  );
  assert.deepEqual([before, end, after].map(lasting), [before, end, after].map(range));
  // A written end counts more than a duration.
  const both = say(`start="${zoned(start)}" end="${zoned(end)}"`, `<duration id="u" years="1"/>`);
  assert.deepEqual(both(after), { passed: false });
  assert.deepEqual([before, after].map(say(`end="${zoned(end)}"`)), [
    { passed: true, changesAtS: end + 1 },
    { passed: false },
  ]);
  assert.deepEqual([before, after].map(say(`start="${zoned(start)}"`)), [
    { passed: false, changesAtS: start },
    { passed: true },
  ]);
  assert.deepEqual([start, start + 1].map(say(`operation="gt" start="${zoned(start)}"`)), [
    { passed: false, changesAtS: start + 1 },
    { passed: true },
  ]);
  assert.deepEqual([end - 1, end].map(say(`operation="lt" end="${zoned(end)}"`)), [
    { passed: true, changesAtS: end },
    { passed: false },
  ]);
  // What an operation does not use keeps it from nothing; its name has any case.
  assert.deepEqual(say(`operation="gt" start="${zoned(start)}" end="bad"`)(between), {
    passed: true,
  });
  assert.deepEqual(say(`operation="Lt" end="${zoned(end)}" start="bad"`)(between).passed, true);
  const since = say(`operation="lt" start="${zoned(start)}"`, `<duration id="u" days="1"/>`);
  assert.deepEqual(since(between), { passed: false }, "a duration ends a range alone");
  // A duration beyond all dates never ends, and one before them has long ended.
  for (
    const [duration, passed] of [['years="2147483647"', true], [
      'days="-2147483647"',
      false,
    ]] as const
  ) {
    const far = say(`start="${zoned(start)}"`, `<duration id="u" hours="9" ${duration}/>`);
    assert.deepEqual(far(between), { passed }, duration);
  }
  for (
    const empty of [
      "",
      `operation="gt" end="${zoned(end)}"`,
      `operation="lt" start="${zoned(start)}"`,
    ]
  ) {
    assert.deepEqual(say(empty)(between), { passed: false }, empty);
  }
  for (const [attributes, named] of [['start="x" end="y"', "x y"], ['end="y"', "y"]] as const) {
    const problems: string[] = [];
    const xml = element(`<date_expression id="d" ${attributes}/>`);
    const result = evaluateDate(xml, between, (_, problem) => problems.push(problem));
    assert.deepEqual(result, { passed: false });
    const odd = problems.map((problem) => /^"(.)" is not a date\. Write/.exec(problem)?.[1]);
    assert.equal(odd.join(" "), named);
  }
});

Deno.test("a duration has each unit", () => {
  assert.deepEqual(
    durationOf(element(
      `<duration id="u" years="2" months="3" weeks="4" days="5" hours="6" minutes="7" seconds="8"/>`,
    )),
    { years: 2, months: 3, days: 33, seconds: 6 * 3600 + 7 * 60 + 8 },
  );
  assert.deepEqual(durationOf(element(`<duration id="u"/>`)), {
    years: 0,
    months: 0,
    days: 0,
    seconds: 0,
  });
});

Deno.test("a duration that cannot be read says so, and its rule does not hold", () => {
  for (const part of ['hours="x"', 'days=""', 'years="2147483648"', 'seconds="-99999999999999"']) {
    const xml = element(
      `<date_expression id="d" start="2000-01-01"><duration id="u" months="9000" ` +
        `${part}/></date_expression>`,
    );
    const problems: string[] = [];
    const result = evaluateDate(xml, at("2023-01-01"), (_, problem) => problems.push(problem));
    assert.deepEqual(result, { passed: false }, part);
    assert.match(problems.join(), /^its [a-z]+, ".*", is no whole number up to 2147483647\. Write/);
  }
});

Deno.test("a specification holds where each of its ranges does", () => {
  // A Tuesday, the 318th day, in week 46.
  const nowS = at("2023-11-14T22:13:20Z");
  const holds = (attributes: string, zone = () => 0) =>
    evaluateDate(
      element(
        `<date_expression id="d" operation="date_spec"><date_spec id="s" ${attributes}/>` +
          `</date_expression>`,
      ),
      nowS,
      undefined,
      zone,
    ).passed;
  const now = {
    seconds: 20,
    minutes: 13,
    hours: 22,
    monthdays: 14,
    weekdays: 2,
    yeardays: 318,
    weeks: 46,
    months: 11,
    years: 2023,
    weekyears: 2023,
    moon: 0,
  };
  for (const [name, value] of Object.entries(now)) {
    assert.equal(holds(`${name}="${value}"`), true, name);
    assert.equal(holds(`${name}="${value + 1}"`), false, name);
    assert.equal(holds(`${name}="${value}-"`), true, name);
    assert.equal(holds(`${name}="-${value}"`), true, name);
    assert.equal(holds(`${name}="${value + 1}-${value + 2}"`), false, name);
    if (value > 0) assert.equal(holds(`${name}="${value - 1}-${value}"`), true, name);
    if (value > 0) assert.equal(holds(`${name}="-${value - 1}"`), false, name);
  }
  assert.equal(holds(`hours="22" minutes="14"`), false);
  assert.equal(holds(""), true);
  for (const odd of ["-", "", "x", "1-2-3"]) assert.equal(holds(`hours="${odd}"`), false, odd);
  for (const odd of ["8,9", "8-17,20", "*", "8-x", "-"]) {
    let problem = "";
    const xml = element(
      `<date_expression id="d" operation="date_spec"><date_spec id="s" minutes="${odd}"/>` +
        `</date_expression>`,
    );
    evaluateDate(xml, nowS, (_, text) => problem = text);
    assert.equal(
      problem,
      `its minutes, "${odd}", never matches. Write one number or one range: 5, 5-9, 5- or -9`,
    );
  }
  assert.equal(holds(`hours="23" minutes="43"`, () => 5_400), true);
  const none = element(`<date_expression id="d" operation="date_spec"/>`);
  assert.equal(evaluateDate(none, nowS).passed, false);
});

Deno.test("the moon is new and full when it is", () => {
  const phase = (day: string) =>
    Array.from({ length: 8 }, (_, n) => n).find((moon) =>
      evaluateDate(
        element(
          `<date_expression id="d" operation="date_spec"><date_spec id="s" moon="${moon}"/>` +
            `</date_expression>`,
        ),
        at(day),
      ).passed
    );
  const phases = (year: number) =>
    Array.from(
      { length: 12 },
      (_, month) => phase(`${year}-${String(month + 1).padStart(2, "0")}-15`),
    )
      .join("");
  assert.equal(phase("2023-11-13"), 0);
  assert.equal(phase("2023-11-27"), 4);
  assert.equal(phase("2000-01-06"), 0);
  // The middle of each month of twenty years: all golden numbers, and both exceptions of the epact.
  const years = Array.from({ length: 20 }, (_, n) => 2000 + n).map(phases);
  assert.deepEqual(years, [
    "333444455566",
    "565666777000",
    "010111222233",
    "343444555566",
    "677770000111",
    "121222233344",
    "454555566677",
    "707000011122",
    "222333344455",
    "555556667770",
    "000001112222",
    "343444455566",
    "666677700001",
    "111112223333",
    "444455556667",
    "777770001111",
    "222233344455",
    "555556667777",
    "000001112222",
    "333334445555",
  ]);
});
