/**
 * What the tests of a plugin want beyond its manifest. A person has read what the manifest requests:
 * the tests are a stranger's code too, with the same bounds.
 *
 * Two things need no declaration: loopback, where a test plays the device, and the plugin's own files.
 *
 * @module
 */
import { type Diagnostic, problem } from "../../../../metadata/diagnostic.ts";
import { type PermissionName, permissionNames } from "../../../../metadata/manifest.ts";
import { isPermission } from "../../../../metadata/permission.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Permissions } from "../../../../pils/manifest.ts";

const loopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/;

/** Everything that tests want and the manifest does not declare. */
export function beyond(wanted: Permissions, declared: Permissions, folder: URL): Diagnostic[] {
  const own = filePath(folder).replace(/\/$/, "");
  const isFree = (name: PermissionName, entry: string) =>
    (name === "net" && loopback.test(entry)) ||
    (name === "read" && (entry === own || entry.startsWith(`${own}/`)));
  return permissionNames.flatMap((name) => {
    const forms = (declared[name] ?? []).map(formOf);
    return (wanted[name] ?? []).flatMap((entry) => {
      const isForm = isPermission(name, entry);
      if (isForm && (isFree(name, entry) || forms.some((form) => form.test(entry)))) return [];
      return [problem(
        ["mod_test.ts", "permissions", name],
        `${JSON.stringify(entry)} ${
          isForm ? "is not declared" : `is no permission of kind ${name}`
        }`,
        "tests run with what the manifest declares, loopback, and the plugin's own files",
        isForm
          ? "declare it in the manifest, or read the tests and agree with --yes"
          : "write it as in a manifest: absolute, without a comma or wildcard",
        "HA2005",
      )];
    });
  });
}

/** What a template may become: each placeholder holds a value of its own. */
function formOf(template: string): RegExp {
  const plain = template.split(/\{[^{}]*\}/).map((part) => RegExp.escape(part));
  return new RegExp(`^${plain.join("[^,]+")}$`);
}
