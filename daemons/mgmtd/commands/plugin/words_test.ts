import assert from "node:assert/strict";
import { asks } from "./words.ts";

Deno.test("how far a plugin reaches into the network is said, and not only written as numbers", {
  permissions: "none",
}, () => {
  const told = (entry: string) => asks({ permissions: { net: [entry] }, config: [] })[0] ?? "";
  const cases: readonly (readonly [string, RegExp])[] = [
    ["0.0.0.0/0", /any address and any port, in the whole internet$/],
    ["192.0.2.7/0", /any address and any port, in the whole internet$/],
    ["10.0.0.0/8", /each of 16777216 addresses, at any port$/],
    ["192.0.2.7/32", /192\.0\.2\.7\/32, at any port$/],
    ["0.0.0.0", /any address of this machine, at any port$/],
    ["[::]:80", /any address of this machine, at this port$/],
    ["0.0.0.0:0", /to open a port of this machine, at any of its addresses$/],
    ["[::]:0", /to open a port of this machine, at any of its addresses$/],
    ["192.0.2.7", /192\.0\.2\.7, at any port$/],
    ["{address}", /\{address\}, at any port$/],
    ["{address}:{port}", /with \{address\}:\{port\}$/],
    ["[2001:db8::1]:623", /with \[2001:db8::1\]:623$/],
    ["ups.example:623", /with ups\.example:623$/],
  ];
  for (const [entry, wanted] of cases) assert.match(told(entry), wanted, entry);
});
