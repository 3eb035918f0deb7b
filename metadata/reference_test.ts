import assert from "node:assert/strict";
import { reference } from "./reference.ts";

Deno.test("fields as a table, with what there is to say at length below", () => {
  const text = reference([
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "host",
      required: true,
      short_text: { en: "Where | it *is*", de: "Wo" },
      long_text: { en: "A <b>name</b>.\nOr an address." },
    },
    { fieldname: "wait", basictype: "integer", unit: "ms", minimum: 1, default: 500, order: -1 },
    { fieldname: "pin", basictype: "string", secret: true, default: "0000" },
    {
      fieldname: "nodes",
      basictype: "struct",
      isarray: true,
      fields: [{
        fieldname: "mode",
        basictype: "enum",
        choices: ["a", "b"],
        deprecated: { by: ["address"] },
        showif: { field: "x", is: ["1", "2"] },
      }],
    },
  ]);
  assert.equal(
    text,
    `| name | what | type | default |
| --- | --- | --- | --- |
| \`wait\` | wait | whole number in ms, 1 to … | \`500\` |
| \`address\` | Where \\| it \\*is\\* | host | **required** |
| \`pin\` | pin Secret. | text |  |
| \`nodes\` | nodes | list of group of values |  |
| \`nodes[].mode\` | mode Only if \`x\` is 1 or 2. One of \`a\`, \`b\`. Deprecated: use \`address\`. | one of the choices |  |

### \`address\`

A \\<b\\>name\\</b\\>.
Or an address.
`,
  );
});
