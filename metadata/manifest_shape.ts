/**
 * The shape of a manifest that was checked when it was consented to, and that stands in a lock since:
 * a daemon looks whether it still has the form. `manifest_check.ts` checks what a plugin brings.
 *
 * @module
 */
import { fieldsShape } from "./field_shape.ts";
import { isolations, type Manifest } from "./manifest.ts";
import { exact, list, oneOf, type Shape, table, text } from "./shape.ts";

const words = table(/^/, text());
const entries = list(text());

/** Permissions, as templates or filled. */
export const permissionsShape = exact({}, {
  net: entries,
  read: entries,
  write: entries,
  run: entries,
  env: entries,
  ffi: entries,
  sys: entries,
});

/** A manifest. */
export const manifestShape: Shape<Manifest> = exact({
  kind: text(),
  name: text(),
  version: text(),
  api: text(),
  summary: words,
  config: fieldsShape,
  permissions: permissionsShape,
  license: text(),
}, {
  family: exact({ field: text(), types: text() }),
  isolation: oneOf(...isolations),
  homepage: text(),
  author: text(),
});
