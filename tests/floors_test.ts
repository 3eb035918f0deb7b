/**
 * The architecture, as a test: which floor may import which, that cores are pure, that every
 * dependency imports without permission, and that nothing is started with a permission that has no
 * bound.
 *
 * @module
 */
import assert from "node:assert/strict";
import { codeOf, floors, importsOf, project, sources, withoutComments } from "./imports.ts";

const read = { permissions: { read: [project] } };

const floorOf = (path: string): number => floors.indexOf(path.split("/")[0] ?? "");

Deno.test("a file imports only its own floor and those below", read, () => {
  const wrong: string[] = [];
  for (const floor of floors) {
    for (const path of sources(floor)) {
      for (const { to } of importsOf(path)) {
        if (floorOf(to) > floorOf(path)) wrong.push(`${path} imports ${to}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

/**
 * The aim is about 1,200; avvio, the smallest loader that is any good, has 1,424. The lines above the
 * aim bound what a plugin's messages cost its daemon (bytes, frames, depth and time) and keep the lives
 * of an isolated plugin apart from its questions.
 */
const kernelLinesMax = 1_350;

Deno.test("the loader stays small: pils has about 1,200 lines of code", read, () => {
  const lines = sources("pils")
    .filter((path) => !path.endsWith("_test.ts") && !path.startsWith("pils/testdata/"))
    .flatMap((path) => withoutComments(Deno.readTextFileSync(`${project}/${path}`)).split("\n"))
    .filter((line) => line.trim() !== "");
  assert.ok(lines.length > 500, "they were counted");
  assert.ok(
    lines.length < kernelLinesMax,
    `pils has ${lines.length} lines without comments, the bound is ${kernelLinesMax}: what is ` +
      "neither loading nor lifetime belongs on another floor",
  );
});

Deno.test("daemons know plugins by their contracts alone", read, () => {
  const wrong: string[] = [];
  for (const path of sources("daemons").filter((path) => !path.endsWith("_test.ts"))) {
    for (const { to, typeOnly } of importsOf(path)) {
      if (!to.startsWith("plugins/")) continue;
      if (!/^plugins\/handler\/\w+\/contract\.ts$/.test(to) || !typeOnly) {
        wrong.push(`${path} imports ${to}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("the demo is imported by nothing that runs on a node", read, () => {
  const demo = "daemons/mgmtd/demo/";
  const wrong = sources("daemons")
    .filter((path) => !path.startsWith(demo) && !/_test\.ts$|\/testing\//.test(path))
    .flatMap((path) =>
      importsOf(path).filter(({ to }) => to.startsWith(demo)).map(({ to }) =>
        `${path} imports ${to}`
      )
    );
  assert.deepEqual(wrong, []);
});

Deno.test("a plugin imports no other plugin but its kind's handler", read, () => {
  const wrong: string[] = [];
  for (const path of sources("plugins")) {
    const [, kind = "", name = ""] = path.split("/");
    for (const { to } of importsOf(path)) {
      const [floor, toKind, toName] = to.split("/");
      if (floor !== "plugins" || path.endsWith("_test.ts")) continue;
      const own = toKind === kind && toName === name;
      const handler = toKind === "handler" && (toName === kind || kind === "handler");
      if (!own && !handler) wrong.push(`${path} imports ${to}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("a plugin is a folder of four files, a handler one of five", read, () => {
  const missing: string[] = [];
  for (const kind of Deno.readDirSync(`${project}/plugins`)) {
    if (!kind.isDirectory) continue;
    for (const plugin of Deno.readDirSync(`${project}/plugins/${kind.name}`)) {
      if (!plugin.isDirectory) continue;
      const folder = `plugins/${kind.name}/${plugin.name}`;
      const files = ["manifest.ts", "mod.ts", "README.md"];
      files.push(...kind.name === "handler" ? ["contract.ts", "conformance.ts"] : ["mod_test.ts"]);
      const there = new Set([...Deno.readDirSync(`${project}/${folder}`)].map(({ name }) => name));
      missing.push(...files.filter((file) => !there.has(file)).map((file) => `${folder}/${file}`));
    }
  }
  assert.deepEqual(missing, []);
});

Deno.test("manifests import nothing but metadata and the loader's types", read, () => {
  const wrong = sources("plugins").filter((path) => /^plugins\/\w+\/\w+\/manifest\.ts$/.test(path))
    .flatMap((path) =>
      importsOf(path).filter(({ to }) =>
        !/^(@pils\/cluster\/)?(metadata\/|pils\/manifest\.ts$)/.test(to)
      )
        .map(({ to }) => `${path} imports ${to}`)
    );
  assert.deepEqual(wrong, []);
});

// A date made of numbers is arithmetic; one made of nothing is the clock.
const impure =
  /\b(?:Date\.now|new Date(?:\(\s*\))?(?=[\s;,.)])|performance\b|Math\.random|setTimeout|setInterval|queueMicrotask|Deno\b|fetch\s*\(|crypto\b|console\b|Intl\b|WeakRef|FinalizationRegistry|async\b|await\b)/;

/** The files of `daemons/` that cores are made of, each with the core by which it was found. */
function coreFiles(): ReadonlyMap<string, string> {
  const roots = sources("daemons").filter((path) =>
    !path.endsWith("_test.ts") &&
    (/^daemons\/\w+\/core\.ts$/.test(path) ||
      (path.startsWith("daemons/pengine/") &&
        !/\/(?:description|mod|process|thread|worker)\.ts$/.test(path)))
  );
  assert.ok(roots.length > 5, "the cores were found");
  const found = new Map<string, string>();
  const visit = (path: string, by: string) => {
    if (found.has(path) || !/^(?:daemons|metadata)\//.test(path)) return;
    found.set(path, by);
    for (const { to, typeOnly } of importsOf(path)) if (!typeOnly) visit(to, by);
  };
  for (const root of roots) visit(root, root);
  return found;
}

Deno.test("cores have no clock, randomness, IO, timers or await", read, () => {
  const wrong: string[] = [];
  for (const [path, by] of coreFiles()) {
    const found = path.startsWith("daemons/") &&
      impure.exec(codeOf(Deno.readTextFileSync(`${project}/${path}`)));
    if (found) wrong.push(`${path} (in the core ${by}) uses ${found[0].trim()}`);
  }
  assert.deepEqual(wrong, []);
});

/**
 * What could change outside of any machine: variables, and collections whose type lets them. What is
 * kept beside an object (`WeakMap`) goes with it, and `remembered` gives what it would compute.
 */
const changing =
  /^(?:export )?(?:(?:let|var) \w+|const \w+(?:: (?!Readonly|readonly)[^=;]*)? = (?:new (?:Map|Set|Array)\b|\[)(?![^;]*\bas const;)|const \w+ = \{(?![^;]*\bas const;))/gm;

Deno.test("cores keep nothing outside of their states", read, () => {
  const wrong: string[] = [];
  for (const [path, by] of coreFiles()) {
    for (const [found] of codeOf(Deno.readTextFileSync(`${project}/${path}`)).matchAll(changing)) {
      wrong.push(`${path} (in the core ${by}) has ${found.trim()}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test(
  "what runs machines in a test world is the runtime, and no driver of that world's own",
  read,
  () => {
    const worlds = floors.flatMap(sources)
      .filter((path) =>
        /^tests\/sim\/|^daemons\/.*\/testing\//.test(path) && !/_test\.ts$/.test(path)
      );
    assert.ok(worlds.length > 50, "they were found");
    const wrong = worlds.flatMap((path) => {
      const code = withoutComments(Deno.readTextFileSync(`${project}/${path}`));
      const made = /\bnew (?:EventQueue|Exchange|Instances|Router|Seat)\b/.exec(code);
      // Whoever both gives a machine its events and does what it orders is a driver.
      const done = /\.step\(/.test(code) &&
        /\bcase "(?:call|cancel|load|save|send)":/.exec(code);
      return [made, done].flatMap((found) => found ? [`${path}: ${found[0]}`] : []);
    });
    assert.deepEqual(wrong, []);
  },
);

Deno.test("every timer is made where long ones are armed again", read, () => {
  // The platform fires at once what is longer than 24.8 days (`metadata/timer.ts`).
  // A socket of Node has a `setTimeout` too.
  const raw =
    /(?<!(?<!globalThis)\.)\b(?:set|clear)Timeout\(|AbortSignal\.timeout\((?![A-Za-z]*Ms\)|[\d_]+\))/;
  const own = ["metadata/timer.ts", "metadata/timer_test.ts"];
  // Agents are copied out of the project as they are; their times are constants.
  const tests = /_test\.ts$|^tests\/|\/testing\/|\/testdata\/|conformance\.ts$|\/agents\//;
  for (const path of floors.flatMap(sources)) {
    if (own.includes(path) || tests.test(path)) continue;
    const found = raw.exec(codeOf(Deno.readTextFileSync(`${project}/${path}`)));
    assert.equal(found, null, `${path}: ${found?.[0]} Fix: use setTimer of metadata/timer.ts`);
  }
});

Deno.test("nothing is started with a permission that has no bound", read, () => {
  const wrong: string[] = [];
  /** These hold such a flag as a text: to refuse it, or to show what it would do. */
  const exempt = [
    "tests/floors_test.ts",
    "tests/hostile/",
    "metadata/special/special_test.ts",
    // Options of the original's programs, which have one letter too.
    "daemons/mgmtd/compat/compat_test.ts",
    "daemons/mgmtd/compat/programs/",
    "daemons/mgmtd/tools/programs/",
  ];
  const bare =
    /(?:^|[\s"'`=(\[,])(?:-A|--allow-all|--allow-(?:read|write|run|ffi|env|net|sys|import))(?=[\s"'`,)\]]|$)/m;
  const files = [
    ...floors.flatMap(sources),
    "deno.json",
    ".ci/run",
    ...["README.md", ...floors.slice(0, 4).map((floor) => `${floor}/README.md`)],
  ];
  for (const path of files) {
    if (exempt.some((name) => path.startsWith(name))) continue;
    let text;
    try {
      text = Deno.readTextFileSync(`${project}/${path}`);
    } catch {
      continue;
    }
    // In prose a flag may be named; a command must not show one without a bound.
    const commands = path.endsWith(".md")
      ? text.split("\n").filter((line) => line.includes("deno run")).join("\n")
      : withoutComments(text);
    const found = bare.exec(path.endsWith(".ts") || path.endsWith(".md") ? commands : text);
    if (found) wrong.push(`${path}: ${found[0].trim()}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("every runtime dependency imports without any permission", {
  permissions: { read: [project], run: [Deno.execPath()] },
}, async () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(`${project}/deno.json`)) as {
    readonly imports: Readonly<Record<string, string>>;
  };
  const testOnly = new Set([
    "fast-check",
    "libxml2-wasm",
    "fast-xml-parser",
    "playwright-core",
    "axe-core",
  ]);
  const runtime = Object.keys(imports).filter((name) =>
    imports[name]?.startsWith("npm:") && !testOnly.has(name) // others are files of the project
  ).sort();
  const program = Deno.readTextFileSync(`${project}/tests/testdata/import_dependencies.ts`);
  assert.deepEqual(
    [...program.matchAll(/import "([^"]+)";/g)].map((match) => match[1]).sort(),
    runtime,
    "tests/testdata/import_dependencies.ts imports every runtime dependency of deno.json",
  );
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `${project}/tests/testdata/import_dependencies.ts`,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(success, true, new TextDecoder().decode(stderr));
});
