/**
 * The table of the comparison.
 *
 * @module
 */
import type { Case, Figures } from "./cases.ts";

/** What was found on one side. */
export interface Found {
  readonly figures: Readonly<Record<string, readonly Figures[]>>;
  readonly falseDeaths: number;
}

/** The middle of some values; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 1 ? at : at - 1], sorted[at]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

const spread = (values: readonly number[]): string =>
  values.length === 0
    ? "-"
    : [Math.min(...values), median(values), Math.max(...values)].map((ms) => ms.toFixed(0))
      .join(" / ");

/** One line for each measurement and service: both sides as min / median / max, and their ratio. */
export function report(
  wanted: readonly (readonly [string, Case])[],
  { ours, pacemaker }: Readonly<Record<string, Found>>,
): string {
  const lines = [
    `${"milliseconds: min / median / max".padEnd(60)}${"ours".padStart(22)}` +
    `${"Pacemaker".padStart(24)}${"ratio".padStart(8)}`,
  ];
  for (const [name, { what, aimMs }] of wanted) {
    for (const service of ["dummy", "web"] as const) {
      const of = (found: Found | undefined) =>
        (found?.figures[name] ?? []).map((figures) => figures[service]);
      const [mine, theirs] = [of(ours), of(pacemaker)];
      const ratio = median(mine) / median(theirs);
      const agent = service === "dummy" ? "Dummy" : "IPaddr2, nginx";
      const aim = service === "dummy" && aimMs !== undefined && mine.length > 0
        ? median(mine) <= aimMs ? `  aim ${aimMs}: met` : `  aim ${aimMs}: MISSED`
        : "";
      lines.push(
        `${`${what} (${agent})`.padEnd(60)}${spread(mine).padStart(22)}` +
          `${spread(theirs).padStart(24)}` +
          `${(Number.isNaN(ratio) ? "-" : ratio.toFixed(2)).padStart(8)}${aim}`,
      );
    }
  }
  const deaths = [["ours", ours], ["Pacemaker", pacemaker]] as const;
  lines.push(
    "false deaths: " + deaths.map(([name, found]) => `${name} ${found?.falseDeaths ?? "-"}`)
      .join(", "),
  );
  return lines.join("\n");
}
