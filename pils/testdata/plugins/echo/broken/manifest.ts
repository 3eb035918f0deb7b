export default {
  kind: "echo",
  name: "Broken",
  version: "one",
  api: "sound/1",
  summary: { de: "nur deutsch" },
  config: [{ fieldname: "a", basictype: "strng" }],
  permissions: { nett: ["{a}"] },
};
