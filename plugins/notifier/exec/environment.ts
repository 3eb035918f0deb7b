/**
 * The environment of an alert agent: what Pacemaker Explained lists for each kind of alert, and the
 * instance attributes of the alert by their own names.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Alert } from "../../handler/notifier/contract.ts";
import { timestamp } from "../../handler/notifier/timestamp.ts";

/** The version of Pacemaker whose environment it is: agents ask whether there is one. */
export const version = "2.1.5";

/** Details of each kind, in Pacemaker's words. */
const details: Readonly<Record<Alert["kind"], readonly string[]>> = {
  node: ["node", "nodeid", "desc"],
  fencing: ["node", "task", "rc", "desc"],
  resource: [
    "node",
    "rsc",
    "task",
    "interval",
    "desc",
    "status",
    "target_rc",
    "rc",
    "exec_time",
  ],
  attribute: ["node", "nodeid", "attribute_name", "attribute_value"],
};

/** Names that would change how the program runs, not what it works on. */
const reserved =
  /^(?:PATH|HOME|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|LD_.*|GCONV_PATH|LOCPATH|NLSPATH|PYTHON.*|PERL.*|RUBY.*|NODE_.*|DENO_.*|LC_.*|LANG.*|CRM_.*)$/;

/** @throws {TypeError} if a parameter has a name that the environment cannot have. */
export function environmentOf(alert: Alert): Record<string, string> {
  const { kind, facts, sequence, wallMs, recipient, parameters, timestampFormat } = alert;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) || reserved.test(name)) {
      throw new TypeError(
        withCode(
          "HA7032",
          `"${name}" cannot be the name of a parameter. Fix: letters, digits and _; not PATH or CRM_*`,
        ),
      );
    }
    env[name] = plain(value);
  }
  const set = (name: string, value: string) => env[`CRM_alert_${name}`] = plain(value);
  set("version", version);
  set("recipient", recipient);
  set("kind", kind);
  set("node_sequence", String(sequence));
  set("timestamp", timestamp(wallMs, timestampFormat));
  set("timestamp_epoch", String(Math.floor(wallMs / 1_000)));
  set("timestamp_usec", String(wallMs % 1_000 * 1_000));
  for (const name of details[kind]) set(name, facts[name] ?? "");
  return env;
}

/** An environment holds no NUL. */
const plain = (text: string): string => text.replaceAll("\0", " ");
