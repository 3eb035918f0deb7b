/**
 * Holds a text that is made against the one in `tests/golden/`: all of it, where an
 * assertion would look at a part. `deno task golden` rewrites the texts; read the difference.
 *
 * @module
 */
import assert from "node:assert/strict";

const folder = new URL("../../tests/golden/", import.meta.url).pathname;

/** Fails if the text differs from the golden one. */
export function assertGolden(name: string, text: string): void {
  const path = `${folder}${name}`;
  if (Deno.args.includes("--rewrite")) return Deno.writeTextFileSync(path, text);
  assert.equal(
    text,
    Deno.readTextFileSync(path),
    `it differs from tests/golden/${name}. Fix: correct the code, or run ` +
      "`deno task golden` and read the difference",
  );
}
