/**
 * Which tests can notice a mistake in a file, the nearest first: those that reach it through their
 * imports, in the order of how many steps that takes.
 *
 * @module
 */

/** What a file imports, as paths within the project; a test that starts programs reaches more. */
export type Imports = (path: string, test: string) => readonly string[];

/** Steps that a test in another room is farther away. */
const farSteps = 1_000;

/** The first two folders of a path, or the one that it has. */
const roomOf = (path: string): string => path.split("/").slice(0, -1).slice(0, 2).join("/");

/** Where a test of that name stands before all others. */
const ownTest = (path: string): string => path.replace(/\.ts$/, "_test.ts");

/**
 * The tests that reach a file, the nearest first.
 *
 * What loads a plugin by its name imports nothing: such tests come last, and are kept if they lie in
 * the folder of the file.
 */
export function nearestTests(
  path: string,
  tests: readonly string[],
  imports: Imports,
): readonly string[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const steps = (test: string): number => {
    if (test === ownTest(path)) return 0;
    const found = stepsTo(path, test, imports);
    // Those of another room mostly take longer.
    if (found !== undefined) return roomOf(test) === roomOf(path) ? found : found + farSteps;
    return test.startsWith(folder) ? Number.MAX_SAFE_INTEGER : Infinity;
  };
  return tests.map((test) => ({ test, steps: steps(test) }))
    .filter(({ steps }) => steps !== Infinity)
    .sort((a, b) => a.steps - b.steps || (a.test < b.test ? -1 : 1))
    .map(({ test }) => test);
}

/** Steps from one file to another along the imports; nothing if there is no way. */
function stepsTo(to: string, from: string, imports: Imports): number | undefined {
  let edge = [from];
  const seen = new Set(edge);
  for (let steps = 0; edge.length > 0; steps++) {
    if (edge.includes(to)) return steps;
    edge = edge.flatMap((path) => [...imports(path, from)]).filter((path) => {
      if (seen.has(path)) return false;
      seen.add(path);
      return true;
    });
  }
  return undefined;
}
