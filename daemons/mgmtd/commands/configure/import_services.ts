/**
 * What `ha configure import` makes of the files of services beside heartbeat: `logd.cf`, `apphbd.cf` and
 * `recoverymgrd.conf`, each only where it is named.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Diagnostic } from "../../../../metadata/diagnostic.ts";
import type { Call, Option, Where } from "../../command.ts";
import { importApplications } from "../../configure/applications.ts";
import { readLogdCf } from "../../configure/logd_cf.ts";
import { numbersHere, readFile } from "../../configure/read_file.ts";

/** The options that name them. */
export const serviceOptions: Readonly<Record<"logd" | "apphbd" | "recoverymgrd", Option>> = {
  logd: {
    type: "string",
    value: "FILE",
    summary: "logd.cf, to import it as the section log: /etc/logd.cf",
  },
  apphbd: {
    type: "string",
    value: "FILE",
    summary: "apphbd.cf, if applications send heartbeats",
  },
  recoverymgrd: {
    type: "string",
    value: "FILE",
    summary: "recoverymgrd.conf, if applications are recovered",
  },
};

type Service = keyof typeof serviceOptions;

function pathOf({ options }: Call, { here }: Where, service: Service): string | undefined {
  const path = options[service];
  return typeof path === "string" ? resolve(here, path) : undefined;
}

/** The files that a call names. */
export const servicePaths = (call: Call, where: Where): readonly string[] =>
  (Object.keys(serviceOptions) as Service[]).flatMap((service) =>
    pathOf(call, where, service) ?? []
  );

/** The sections of the node configuration that they give. */
export async function importServices(call: Call, where: Where): Promise<{
  readonly sections: { readonly log?: object; readonly applications?: object };
  readonly diagnostics: readonly Diagnostic[];
}> {
  const unread: Diagnostic[] = [];
  const textOf = async (service: Service): Promise<string | undefined> => {
    const path = pathOf(call, where, service);
    if (path === undefined) return undefined;
    const read = await readFile(path);
    if (typeof read !== "string") return read.text;
    unread.push({
      ...{ severity: "error", path: [path], what: "it cannot be read", why: read, code: "HA0008" },
      fix: "name a file that can be read",
    });
    return undefined;
  };
  const logd = await textOf("logd");
  const { log, diagnostics: ofLog } = logd === undefined ? { diagnostics: [] } : readLogdCf(logd);
  const texts = { apphbd: await textOf("apphbd"), recovery: await textOf("recoverymgrd") };
  const { users, groups } = await numbersHere();
  const { applications, diagnostics } = importApplications(texts, users, groups);
  return {
    sections: {
      ...(log === undefined ? {} : { log }),
      ...(applications === undefined ? {} : { applications }),
    },
    diagnostics: [...unread, ...ofLog, ...diagnostics],
  };
}
