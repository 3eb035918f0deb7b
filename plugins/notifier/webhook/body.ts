/**
 * The body of a request: the whole alert, or a template of JSON whose texts are filled. A value can end
 * no text of the template, since it is filled in when the template has been read.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Alert } from "../../handler/notifier/contract.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Makes the body of an alert. @throws {TypeError} if the template is no JSON. */
export function bodyOf(template: string | undefined): (alert: Alert) => string {
  if (template === undefined) {
    return ({ parameters: _, timeoutMs: __, timestampFormat: ___, ...alert }) =>
      JSON.stringify(alert);
  }
  let read: Json;
  try {
    read = JSON.parse(template);
  } catch {
    throw new TypeError(
      withCode("HA7031", 'body is no JSON. Fix: write it like {"text": "{what}"}'),
    );
  }
  return (alert) => JSON.stringify(filled(read, valuesOf(alert)));
}

function filled(value: Json, values: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") {
    return value.replace(/\{([a-z_]+)\}/g, (whole, name: string) => values.get(name) ?? whole);
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((one) => filled(one, values));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, filled(one, values)]),
  );
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** `{node}` is the node concerned, `{reporter}` the one that reports it. */
function valuesOf(alert: Alert): ReadonlyMap<string, string> {
  const { kind, subject, what, why, wallMs, node, sequence, facts, recipient } = alert;
  return new Map(Object.entries({
    kind,
    subject,
    what,
    why,
    recipient,
    alert: alert.alert,
    reporter: node,
    sequence: String(sequence),
    time: new Date(wallMs).toISOString(),
    ...facts,
  }));
}
