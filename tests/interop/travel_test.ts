/**
 * A plugin made here works there: an author installs the project's package in an empty folder, without
 * a clone, writes a plugin, checks, tests and packs it; a node on which the project lies elsewhere adds
 * that package, from its file and from a registry of npm; the plugin fences a real node.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;
/** Name and version of the plugin's package. */
const name = "pils-stonith-smartplug";
const version = "1.0.0";
const file = `${name}-${version}.tgz`;

Deno.test("a plugin travels from an author without a clone to a cluster, and fences", async (test) => {
  await Deno.mkdir(scratch, { recursive: true });
  // Paths of sockets are short.
  const here = await Deno.makeTempDir({ dir: scratch, prefix: "t" });
  const sh = shellIn(here);
  try {
    for (const folder of ["a", "n/c", "n/site", "n/other"]) {
      await Deno.mkdir(`${here}/${folder}`, { recursive: true });
    }
    await test.step("the package of the project installs in an empty folder", async () => {
      const made = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          `--allow-read=${project}`,
          `--allow-write=${here}`,
          `${project}/daemons/mgmtd/package/project.ts`,
          ".",
        ],
        cwd: here,
      }).output();
      assert.equal(made.code, 0, new TextDecoder().decode(made.stderr));
      await sh(
        "a",
        `if command -v npm >/dev/null; then
           npm install --offline --no-audit --no-fund ../pils-cluster-*.tgz
         else
           mkdir -p node_modules/@pils/cluster node_modules/.bin
           tar xzf ../pils-cluster-*.tgz -C node_modules/@pils/cluster --strip-components=1
           ln -s ../@pils/cluster/daemons/mgmtd/ha node_modules/.bin/ha
         fi`,
      );
    });
    await test.step("a new plugin is checked, tested by Deno itself, and packed", async () => {
      const said = await sh(
        "a",
        `PATH=$PWD/node_modules/.bin:$PATH
         ha plugin new stonith/smartplug --like http
         ha plugin check stonith/smartplug
         deno test --no-prompt --allow-net=127.0.0.1 stonith/smartplug
         ha plugin pack stonith/smartplug`,
      );
      assert.match(said, /smartplug conforms/);
      assert.match(said, /[6-9] passed \| 0 failed[^]*[6-9] passed \| 0 failed/);
      for (const path of filesIn(`${here}/a/stonith`)) {
        assert(!Deno.readTextFileSync(path).includes(here), `${path} holds a path of this machine`);
      }
    });
    await test.step("a node whose project lies elsewhere adds it from its file", async () => {
      await sh("n", `tar xzf ../pils-cluster-*.tgz -C c --strip-components=1; mv ../a/${file} .`);
      await Deno.rename(`${here}/a`, `${here}/gone`);
      await Deno.remove(`${here}/gone`, { recursive: true });
      const said = await sh(
        "n",
        `c/daemons/mgmtd/ha plugin add ${file} --lock=site/plugins.lock.json --yes
         c/daemons/mgmtd/ha plugin ls --lock=site/plugins.lock.json`,
      );
      assert.match(said, /talk over the network with \{address\}:\{port\}/);
      assert.match(said, /stonith\/smartplug +1\.0\.0 +process +pinned/);
    });
    await test.step("it fences a node of the demo, whose service moves", async () => {
      const said = await sh("n", fencing);
      assert.match(said, /it is fenced, and the device confirms it/);
      assert.match(said, /plug: (?:alice|bob|carol) off, 0 processes left/);
      assert.match(said, /the service answers again/);
    });
    await test.step("the same is added from a registry, and nothing of one that lies", async () => {
      await fromRegistry(sh, await Deno.readFile(`${here}/n/${file}`), `${here}/n`);
    });
  } finally {
    await Deno.remove(here, { recursive: true });
  }
});

/** As the tutorial has it: a plug that kills, and the demo with our device. */
const fencing = `
  (umask 077; echo secret-of-the-plug >token)
  port=$((20000 + $$ % 20000))
  deno run --quiet --no-prompt --config=c/deno.json --allow-net=127.0.0.1:$port \\
    --allow-read=$PWD/token --allow-run=/bin/sh c/daemons/mgmtd/demo/plug.ts $port $PWD/token >plug 2>&1 &
  plug=$!
  trap 'kill $plug; cat plug' EXIT
  deno task --config c/deno.json demo --once --hang --plugins $PWD/site --stonith \\
    "smartplug address=127.0.0.1 port=$port tokenfile=$PWD/token hostlist=alice,bob,carol"
`;

/** A registry of npm on this machine that has the package. */
async function fromRegistry(
  sh: ReturnType<typeof shellIn>,
  bytes: Uint8Array<ArrayBuffer>,
  folder: string,
): Promise<void> {
  if ((await sh("n", "command -v npm || echo none")).trim() === "none") {
    return console.log("Skipped: there is no npm");
  }
  let served = bytes;
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === `/${file}`) return new Response(served);
    if (pathname !== `/${name}`) return new Response(null, { status: 404 });
    const dist = { tarball: `${origin}/${file}`, integrity };
    const versions = { [version]: { name, version, dist } };
    return Response.json({ name, "dist-tags": { latest: version }, versions });
  });
  const add = (what: string) =>
    `export npm_config_registry=http://127.0.0.1:${server.addr.port}/ npm_config_cache=$PWD/npm
     export npm_config_fetch_retries=0
     c/daemons/mgmtd/ha plugin add npm:${name}@${what} --lock=other/plugins.lock.json --yes`;
  served = bytes.slice(0, bytes.length - 1);
  for (const refused of [version, "9.9.9"]) {
    await assert.rejects(sh("n", add(refused)), /it cannot be fetched: npm does not get/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/other`)], [], "nothing is left");
  }
  served = bytes;
  await sh("n", add(version));
  const relative = (root: string) =>
    [...filesIn(root)].map((path) => path.slice(root.length)).sort();
  assert.deepEqual(relative(`${folder}/other`), relative(`${folder}/site`));
}

/** Runs a script in one of the folders; gives what it said. @throws if a command of it failed. */
function shellIn(here: string) {
  const deno = Deno.execPath().replace(/\/[^/]*$/, "");
  return async (folder: string, script: string): Promise<string> => {
    const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-e", "-c", `unset INIT_CWD; PATH=${deno}:$PATH; export NO_COLOR=1\n${script}`],
      cwd: `${here}/${folder}`,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    if (!success) throw new Error(said);
    return said;
  };
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}
