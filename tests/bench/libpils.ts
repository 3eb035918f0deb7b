/**
 * The C original, measured: loads every plugin of Debian's cluster-glue and heartbeat by `libpils`,
 * through Deno's foreign functions, and unloads and loads one again. Prints what it took as JSON.
 *
 * The plugins take symbols of the libraries of their daemons, which are to be preloaded; media (HBcomm)
 * take some of heartbeat itself and are left out.
 *
 * @module
 */
const library = "/usr/lib/libpils.so.2";

/** Kinds, and the folders that hold them as `<kind>/<name>.so`. */
const kinds = ["HBauth", "compress", "quorum", "tiebreaker", "RAExec", "stonith2"];
const folders = ["/usr/lib/heartbeat/plugins", "/usr/lib/stonith/plugins"];

/** Times that one is unloaded and loaded again. */
const reloads = 1_000;

const { symbols } = Deno.dlopen(library, {
  NewPILPluginUniv: { parameters: ["buffer"], result: "u64" },
  PILLoadPlugin: { parameters: ["u64", "buffer", "buffer", "u64"], result: "i32" },
  PILIncrIFRefCount: { parameters: ["u64", "buffer", "buffer", "i32"], result: "i32" },
  memmove: { parameters: ["buffer", "buffer", "usize"], result: "u64" },
});

const kept: BufferSource[] = []; // what C holds pointers to
const text = (value: string) => {
  const bytes = new TextEncoder().encode(`${value}\0`);
  kept.push(bytes);
  return bytes;
};
/** Where it is. To ask Deno would need the right to call any library; C gives it back. */
const address = (bytes: BufferSource) => symbols.memmove(bytes, bytes, 0n);

/** What the generic manager is asked to manage: kind, place of its table; imports, callback, own. */
const requests = new BigUint64Array(5 * (kinds.length + 1));
const tables = new BigUint64Array(kinds.length);
kept.push(requests, tables);
for (const [at, kind] of kinds.entries()) {
  requests[5 * at] = address(text(kind));
  requests[5 * at + 1] = address(tables) + BigInt(8 * at);
}

const universe = symbols.NewPILPluginUniv(text(folders.join(":")));
const begun = performance.now();
const manager = symbols.PILLoadPlugin(
  universe,
  text("InterfaceMgr"),
  text("generic"),
  address(requests),
);
if (manager !== 0) throw new Error(`libpils has no generic manager: ${manager}`);
const loaded: string[] = [];
const refused: string[] = [];
for (const folder of folders) {
  for (const kind of kinds) {
    const names = await Array.fromAsync(Deno.readDir(`${folder}/${kind}`)).catch(() => []);
    for (const { name } of names) {
      if (!name.endsWith(".so")) continue;
      const id = name.slice(0, -".so".length);
      const result = symbols.PILLoadPlugin(universe, text(kind), text(id), 0n);
      (result === 0 ? loaded : refused).push(`${kind}/${id}`);
    }
  }
}
const loadMs = performance.now() - begun;

const [kind, name] = [text("HBauth"), text("sha1")];
const again = performance.now();
let failed = 0;
for (let turn = 0; turn < reloads; turn++) {
  symbols.PILIncrIFRefCount(universe, kind, name, -1);
  if (symbols.PILLoadPlugin(universe, kind, name, 0n) !== 0) failed++;
}
const reloadMs = (performance.now() - again) / reloads;
console.log(JSON.stringify({ loaded: loaded.length, refused, loadMs, reloadMs, failed }));
