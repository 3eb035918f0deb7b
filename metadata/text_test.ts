import assert from "node:assert/strict";
import { labelIn, textIn } from "./text.ts";

Deno.test("the text nearest to the language that is wanted", () => {
  const text = { en: "colour", "en-US": "color", de: "Farbe", "pt-BR": "cor" };
  const cases: readonly (readonly [string, string])[] = [
    ["en", "colour"],
    ["en-US", "color"],
    ["EN-us", "color"],
    ["en-GB", "colour"],
    ["de-AT-1996", "Farbe"],
    ["pt", "cor"],
    ["fr", "colour"],
    ["", "colour"],
  ];
  for (const [language, wanted] of cases) assert.equal(textIn(text, language), wanted, language);
  assert.equal(textIn({ fr: "couleur" }, "de"), "couleur");
  assert.equal(textIn({}, "en"), undefined);
  assert.equal(textIn(undefined, "en"), undefined);
});

Deno.test("a field without a label is called by its name", () => {
  const field = { fieldname: "ip", basictype: "string" } as const;
  assert.equal(labelIn(field, "en"), "ip");
  assert.equal(labelIn({ ...field, label: { de: "Adresse" } }, "de"), "Adresse");
  assert.equal(labelIn({ ...field, label: { en: "" } }, "en"), "ip");
});
