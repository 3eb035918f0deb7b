/**
 * Rows of text as a table.
 *
 * @module
 */

/**
 * Lines in which each column is as wide as its widest cell, with two blanks between columns.
 *
 * @param rows of cells; a row of one cell is a heading, and makes no column wider
 */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row.length === 1) continue;
    row.forEach((cell, at) => widths[at] = Math.max(widths[at] ?? 0, cell.length));
  }
  return rows.map((row) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()
  );
}
