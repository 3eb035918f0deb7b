import assert from "node:assert/strict";
import { readCib } from "../cib/doors/document.ts";
import { chainsOf } from "./order_chains.ts";

const cib = (constraints: string) =>
  readCib(
    `<cib><configuration><resources/><constraints>${constraints}</constraints></configuration>` +
      `<status/></cib>`,
  );

const placed = (constraints: string, ...names: string[]) =>
  [...chainsOf(cib(constraints), names)].map(([name, { chain, depth }]) =>
    `${name}:${chain}:${depth}`
  ).join(" ");

Deno.test("what is ordered is one chain, deeper the later it starts; what is not, is on its own", () => {
  assert.equal(
    placed(
      `<rsc_order id="1" first="b" then="c"/><rsc_order id="2" first="a" then="b"/>`,
      "a",
      "b",
      "c",
      "d",
    ),
    "a:a:0 b:a:1 c:a:2 d:d:0",
  );
});

Deno.test("sets are in a row, or side by side; what is optional or one way orders no stop", () => {
  const ref = (id: string) => `<resource_ref id="${id}"/>`;
  assert.equal(
    placed(
      `<rsc_order id="1"><resource_set id="s1" sequential="false">${ref("a")}${ref("b")}` +
        `</resource_set><resource_set id="s2">${ref("c")}${ref("d")}</resource_set></rsc_order>` +
        `<rsc_order id="2" first="e" then="a" kind="Optional"/>` +
        `<rsc_order id="3" first="e" then="b" symmetrical="false"/>`,
      "a",
      "b",
      "c",
      "d",
      "e",
    ),
    "a:b:0 b:b:0 c:b:1 d:b:2 e:e:0",
  );
});

Deno.test("an order that goes in a circle comes to an end", () => {
  const places = chainsOf(
    cib(`<rsc_order id="1" first="a" then="b"/><rsc_order id="2" first="b" then="a"/>`),
    ["a", "b"],
  );
  assert.equal(places.get("a")?.chain, places.get("b")?.chain);
});
