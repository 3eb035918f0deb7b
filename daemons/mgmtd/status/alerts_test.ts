import assert from "node:assert/strict";
import { alertWarnings, recipientsOf } from "./alerts.ts";

Deno.test("recipients that are not reached are warnings, with what was lost", () => {
  const fine = { alert: "a", recipient: "r", waiting: 0, delivered: 9, dropped: 3, failed: 1 };
  const recipients = recipientsOf({
    answers: {
      alerts: {
        recipients: [
          { ...fine, error: "" },
          { ...fine, waiting: 257, error: "" },
          { ...fine, recipient: "", dropped: 0, error: "no route" },
          null,
        ],
      },
    },
  });
  assert.deepEqual(alertWarnings(recipients), [
    "Alerts do not reach a, recipient r: 257 wait, 3 were dropped, 1 failed: it is too slow [HA7032]",
    "Alerts do not reach a: 1 failed: no route [HA7032]",
  ]);
  assert.deepEqual(recipientsOf({ answers: {} }), []);
});
