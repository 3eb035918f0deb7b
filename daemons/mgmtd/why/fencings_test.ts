import assert from "node:assert/strict";
import { stonithd } from "../../stonithd/mod.ts";
import { note } from "../../stonithd/doors/history.ts";
import { fencingsOf, fencingText, readFencings } from "./fencings.ts";

const report = (history: unknown) => ({
  cib: undefined,
  answers: { stonithd: JSON.parse(JSON.stringify({ history })) },
  results: undefined,
  silent: [],
});

Deno.test("a fencing is told with who did it, by which device, and who asked", () => {
  const { state } = stonithd();
  const record = { target: "bob", action: "off", ok: true, delegate: "alice" } as const;
  const more = { detail: "confirmed by the device", tookMs: 5, wallMs: 900_000 };
  const reason = "it smokes";
  note(state, { ...record, ...more, device: "power", asker: "the cluster, on carol", reason });
  note(state, { ...record, ...more, ok: false, device: "", asker: "", detail: "no power" });
  const read = readFencings(report(state.history));
  assert.deepEqual(fencingsOf(read, "carol"), []);
  assert.deepEqual(fencingsOf(read, "bob").map(fencingText), [
    'It was fenced (off) at 1970-01-01T00:15:00.000Z by alice, with device "power", after 5 ms, ' +
    "asked for by the cluster, on carol (it smokes).",
    "Fencing it (off) failed at 1970-01-01T00:15:00.000Z, on alice: no power.",
  ]);
});

Deno.test("what stonithd says is read field by field", () => {
  assert.deepEqual(readFencings(report([1, { target: "bob" }, { target: 1, wallMs: 1 }])), []);
  assert.deepEqual(readFencings(report("x")), []);
  const [one] = readFencings(report([{ target: "bob", wallMs: 0, ok: "yes" }]));
  assert.equal(one?.ok, false);
});
