/**
 * The rooms inside `daemons/`, as a test: no circle of imports, floors within the floor, and each
 * daemon entered by its doors alone. `daemons/README.md` says the same in words.
 *
 * @module
 */
import assert from "node:assert/strict";
import { descriptions } from "../daemons/processes.ts";
import { floors, importsOf, project, sources } from "./imports.ts";

const read = { permissions: { read: [project] } };

/** What each file imports of the project, types too. */
const imports = new Map<string, readonly string[]>();
for (const path of ["mod.ts", ...floors.flatMap(sources)]) {
  imports.set(path, importsOf(path).map(({ to }) => to));
}

/** The room of a file: its folder in `daemons/`, or `lists` for what lies beside these. */
function roomOf(path: string): string | undefined {
  const [floor, room, ...rest] = path.split("/");
  if (floor !== "daemons" || room === undefined) return undefined;
  return rest.length === 0 ? "lists" : room;
}

/** Floors within `daemons/`, which whoever stands above them may import as they like. */
const shared: ReadonlySet<string> = new Set(["runtime", "site"]);

const isTest = (path: string) => /_test\.ts$|\/testing\/|\/testing_\w+\.ts$/.test(path);

/** Imports from one room of `daemons/` into another: the file, what it imports, and both rooms. */
const crossing = [...imports].flatMap(([path, targets]) =>
  targets.flatMap((to) => {
    const [from, into] = [roomOf(path), roomOf(to)];
    return from === undefined || into === undefined || from === into
      ? []
      : [{ path, to, from, into }];
  })
);

/** One circle of a graph, as a walk round it; empty if there is none. */
function circleIn(graph: ReadonlyMap<string, Iterable<string>>): string[] {
  const left = new Map([...graph].map(([from, to]) => [from, new Set(to)]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    // What leads to nothing that is left is in no circle.
    for (const [from, to] of left) if (![...to].some((one) => left.has(one))) left.delete(from);
  }
  // Whatever is left leads to something that is left: sooner or later a walk comes round.
  const walk: string[] = [];
  let [at] = left.keys();
  while (at !== undefined && !walk.includes(at)) {
    walk.push(at);
    at = [...left.get(at) ?? []].find((one) => left.has(one));
  }
  return at === undefined ? [] : [...walk.slice(walk.indexOf(at)), at];
}

Deno.test("no circle of files anywhere, types included", read, () => {
  assert.ok(imports.size > 1000, `${imports.size} files were found`);
  assert.deepEqual(circleIn(imports), []);
});

Deno.test("runtime imports no other room of daemons, and site none but runtime", read, () => {
  const wrong = crossing.filter(({ path, from, into }) =>
    !isTest(path) && (from === "runtime" || (from === "site" && into !== "runtime"))
  );
  assert.deepEqual(wrong.map(({ path, to }) => `${path} imports ${to}`), []);
});

Deno.test("a daemon is entered by its doors", read, () => {
  // What is said to it, what its process is, its machine, and what it shows on purpose.
  const door = /^daemons\/\w+\/(?:protocol\.ts|description\.ts|mod\.ts|doors\/\w+\.ts)$/;
  const wrong = crossing.filter(({ to, into }) =>
    !shared.has(into) && into !== "lists" && !door.test(to)
  );
  assert.deepEqual(wrong.map(({ path, to }) => `${path} imports ${to}`), []);
});

Deno.test(
  "a list of all daemons names no more of each than its protocol or description",
  read,
  () => {
    const wrong = crossing.filter(({ path, to, from, into }) =>
      from === "lists" && !isTest(path) && !shared.has(into) &&
      !/\/(?:protocol|description)\.ts$/.test(to)
    );
    assert.deepEqual(wrong.map(({ path, to }) => `${path} imports ${to}`), []);
  },
);

Deno.test(
  "which daemon imports which is what the README says, and goes round nowhere",
  read,
  () => {
    const found = new Map<string, Set<string>>();
    for (const { path, from, into } of crossing) {
      if (isTest(path) || from === "lists" || into === "lists" || shared.has(into)) continue;
      found.set(from, (found.get(from) ?? new Set()).add(into));
    }
    assert.deepEqual(circleIn(found), []);
    const text = Deno.readTextFileSync(`${project}/daemons/README.md`);
    const table = /\n\| daemon +\| imports of others[^\n]*\n\|[ |-]+\n((?:\|[^\n]*\n)+)/.exec(text)
      ?.[1];
    assert.ok(
      table !== undefined,
      "daemons/README.md has a table of | daemon | imports of others |",
    );
    const said = new Map(
      table.trim().split("\n").map((row) => {
        const [, name = "", others = ""] = row.split("|");
        const names = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
        return [names(name)[0] ?? "", new Set(names(others))] as const;
      }),
    );
    const lines = (graph: ReadonlyMap<string, ReadonlySet<string>>) =>
      [...graph].filter(([, to]) => to.size > 0)
        .map(([from, to]) => `${from}: ${[...to].sort().join(" ")}`).sort();
    assert.deepEqual(lines(found), lines(said));
  },
);

/** Folders of `daemons/` that another room imports at most, beside one for each process of a node. */
const otherRoomsMax = 21;

Deno.test("the house has few rooms that one may enter", read, () => {
  const entered = new Set(
    crossing.filter(({ path }) => !isTest(path)).map(({ to }) => to.slice(0, to.lastIndexOf("/"))),
  );
  // A new process is one room more, and no reason to change this test.
  const roomsMax = otherRoomsMax + descriptions.length;
  assert.ok(entered.size <= roomsMax, `${entered.size} rooms: ${[...entered].sort().join(", ")}`);
});
