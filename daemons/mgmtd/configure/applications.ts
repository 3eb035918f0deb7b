/**
 * The section `applications` from `apphbd.cf` and `recoverymgrd.conf` of the original.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import { readApphbdCf } from "./apphbd_cf.ts";
import type { Numbers } from "./read_file.ts";
import { readRecoverymgrdConf } from "./recoverymgrd_conf.ts";

/**
 * Makes the section; there is none without a file.
 *
 * @param texts of the two files; undefined: not given
 */
export function importApplications(
  texts: { readonly apphbd: string | undefined; readonly recovery: string | undefined },
  users: Numbers,
  groups: Numbers,
): { readonly applications?: object; readonly diagnostics: readonly Diagnostic[] } {
  if (texts.apphbd === undefined && texts.recovery === undefined) return { diagnostics: [] };
  const { watchdog, diagnostics: first } = readApphbdCf(texts.apphbd ?? "");
  const { entries, diagnostics: second } = readRecoverymgrdConf(texts.recovery ?? "");
  const diagnostics: Diagnostic[] = [...first, ...second];
  const numberOf = (name: string, known: Numbers) => {
    const number = /^\d{1,10}$/.test(name) ? Number(name) : known.get(name);
    if (number !== undefined) return number;
    diagnostics.push({
      ...{ severity: "warning", path: ["recoverymgrd.conf"], code: "HA1009" },
      what: `the entry of "${name}" is left out`,
      why: "this machine does not know that user or group",
      fix: "import on the node itself, or add the entry by hand",
    });
    return undefined;
  };
  const recover = entries.flatMap(({ name, user, group, script, events }) => {
    const uid = numberOf(user, users);
    const gid = numberOf(group, groups);
    return uid === undefined || gid === undefined ? [] : [{ name, uid, gid, script, events }];
  });
  // Root may register without a rule.
  const uids = [...new Set(recover.map(({ uid }) => uid))].filter((uid) => uid !== 0);
  return {
    applications: {
      ...(uids.length === 0 ? {} : { uids }),
      ...(watchdog === undefined ? {} : { watchdog }),
      ...(recover.length === 0 ? {} : { recover }),
    },
    diagnostics,
  };
}
