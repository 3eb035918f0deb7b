import assert from "node:assert/strict";
import { isLine } from "./ordered.ts";
import { Outbox } from "./outbox.ts";

const pure = { permissions: "none" } as const;

const shown = (outbox: Outbox) =>
  outbox.take(100).map((item) =>
    isLine(item) ? item.value.text : `lost ${item.first} to ${item.last} (${item.count})`
  );

const submit = (
  outbox: Outbox,
  ...lines: readonly (readonly [severity: number, text: string])[]
) => {
  for (const [severity, text] of lines) outbox.submit(severity, 0, { entity: "a", text });
};

Deno.test(
  "the least urgent line is given up first, of these the oldest, and keeps its place",
  pure,
  () => {
    const outbox = new Outbox({ linesMax: 4, bytesMax: 10_000 });
    submit(outbox, [6, "1"], [3, "2"], [6, "3"], [3, "4"], [3, "5"], [3, "6"], [6, "7"]);
    assert.deepEqual(shown(outbox).slice(0, 2), ["lost 1 to 1 (1)", "2"]);
    const more = new Outbox({ linesMax: 8, bytesMax: 10_000 });
    submit(
      more,
      ...Array.from({ length: 12 }, (_, at) => [at % 2 === 0 ? 6 : 3, `${at + 1}`] as const),
    );
    assert.deepEqual(more.counts, { submitted: 12, lost: 4, waiting: 8 });
  },
);

Deno.test("gaps that touch are one, and a line less urgent than all is the lost one", pure, () => {
  const outbox = new Outbox({ linesMax: 2, bytesMax: 10_000 });
  submit(outbox, [3, "1"], [3, "2"], [7, "3"], [7, "4"]);
  assert.deepEqual(shown(outbox), ["1"]);
  outbox.settled(1);
  assert.deepEqual(shown(outbox), ["2"]);
  outbox.settled(2);
  assert.deepEqual(shown(outbox), ["lost 3 to 4 (2)"]);
  outbox.settled(4);
  assert.ok(outbox.isEmpty);
});

Deno.test(
  "after a lost connection what is not settled is sent again, and nothing twice",
  pure,
  () => {
    const outbox = new Outbox({ linesMax: 100, bytesMax: 10_000 });
    submit(outbox, [6, "1"], [6, "2"], [6, "3"]);
    outbox.take(2);
    assert.equal(outbox.next, 1);
    outbox.again(1);
    assert.deepEqual(shown(outbox), ["2", "3"]);
    // The acknowledgement of the connection before was lost, and this one ended before anything was sent.
    outbox.again(1);
    outbox.again(3);
    assert.ok(outbox.isEmpty);
  },
);
