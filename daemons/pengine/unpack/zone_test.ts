import assert from "node:assert/strict";
import { parse } from "../../../metadata/xml/mod.ts";
import { parseDate } from "./date.ts";
import { evaluateDate } from "./date_rule.ts";
import { fromLocal, utc, type Zone } from "./zone.ts";

/** A zone of the time zone database, as `Europe/Berlin`. */
function namedZone(name: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (timeS) => {
    const parts = new Map(
      format.formatToParts(timeS * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const of = (name: string): number => parts.get(name as Intl.DateTimeFormatPartTypes) ?? 0;
    const local = Date.UTC(
      of("year"),
      of("month") - 1,
      of("day"),
      of("hour"),
      of("minute"),
      of("second"),
    );
    return local / 1000 - timeS;
  };
}

const at = (text: string): number => Date.parse(text) / 1000;
const holds = (xml: string, now: string, zone: string): boolean =>
  evaluateDate(parse(xml).root, at(now), undefined, namedZone(zone)).passed;

const hours =
  `<date_expression id="e" operation="date_spec"><date_spec id="s" hours="9-16"/></date_expression>`;

Deno.test("office hours are those of the zone, in summer and in winter", () => {
  // Berlin: 9:00 is 8:00 UTC in winter, 7:00 UTC in summer.
  assert.equal(holds(hours, "2026-01-15T07:59:59Z", "Europe/Berlin"), false);
  assert.equal(holds(hours, "2026-01-15T08:00:00Z", "Europe/Berlin"), true);
  assert.equal(holds(hours, "2026-07-15T06:59:59Z", "Europe/Berlin"), false);
  assert.equal(holds(hours, "2026-07-15T07:00:00Z", "Europe/Berlin"), true);
  // New York: 17:00 is 22:00 UTC in winter, 21:00 UTC in summer.
  assert.equal(holds(hours, "2026-01-15T21:59:59Z", "America/New_York"), true);
  assert.equal(holds(hours, "2026-01-15T22:00:00Z", "America/New_York"), false);
  assert.equal(holds(hours, "2026-07-15T20:59:59Z", "America/New_York"), true);
  assert.equal(holds(hours, "2026-07-15T21:00:00Z", "America/New_York"), false);
  // Lord Howe changes by half an hour.
  assert.equal(holds(hours, "2026-01-14T22:00:00Z", "Australia/Lord_Howe"), true);
  assert.equal(holds(hours, "2026-07-14T22:29:59Z", "Australia/Lord_Howe"), false);
  assert.equal(holds(hours, "2026-07-14T22:30:00Z", "Australia/Lord_Howe"), true);
});

Deno.test("a date without offset is one of the zone; with an offset it is what it says", () => {
  const berlin = namedZone("Europe/Berlin");
  assert.equal(parseDate("2026-01-15T12:00:00", berlin), at("2026-01-15T11:00:00Z"));
  assert.equal(parseDate("2026-07-15T12:00:00", berlin), at("2026-07-15T10:00:00Z"));
  assert.equal(parseDate("2026-07-15", berlin), at("2026-07-14T22:00:00Z"));
  assert.equal(parseDate("2026-07-15T12:00:00Z", berlin), at("2026-07-15T12:00:00Z"));
  assert.equal(parseDate("2026-07-15T12:00:00+05:30", berlin), at("2026-07-15T06:30:00Z"));
  assert.equal(parseDate("2026-07-15T12:00:00", utc), at("2026-07-15T12:00:00Z"));
});

Deno.test("both changes of the clock: what is skipped comes later, what is doubled comes first", () => {
  const changes: readonly (readonly [string, string, string])[] = [
    ["Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"],
    ["Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z"],
    ["Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"],
    ["Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"],
    ["America/New_York", "2026-03-08T02:30:00Z", "2026-03-08T07:30:00Z"],
    ["America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z"],
  ];
  for (const [zone, local, moment] of changes) {
    assert.equal(fromLocal(at(local), namedZone(zone)), at(moment), `${zone} ${local}`);
  }
});

Deno.test("a range that is given as a duration keeps the hour over a change of the clock", () => {
  const range = `<date_expression id="e" operation="in_range" start="2026-03-28T12:00:00">` +
    `<duration id="d" days="2"/></date_expression>`;
  // It ends on the 30th at noon in Berlin, which is an hour earlier in UTC than it began.
  assert.equal(holds(range, "2026-03-30T10:00:00Z", "Europe/Berlin"), true);
  assert.equal(holds(range, "2026-03-30T10:00:01Z", "Europe/Berlin"), false);
});
