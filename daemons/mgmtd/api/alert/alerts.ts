/**
 * `alert ls`, `add`, `set` and `rm`: the alerts section of the CIB.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../document/draft.ts";
import { childOf, childrenOf, element, withChildren } from "../document/element.ts";
import { pairsOf, setPairs } from "../document/pairs.ts";
import {
  type Changing,
  listOf,
  type Parameter,
  type Reading,
  textOf,
  type Values,
} from "../operation.ts";
import { isNewId, pairsIn, Problems } from "../problems.ts";
import { pairText } from "../show/words.ts";
import { isSecretName } from "../../../../metadata/agents/secret_names.ts";
import { durationMs } from "../../../../metadata/special/mod.ts";

/** What an alert may be called for. */
const selectable = ["nodes", "fencing", "resources", "attributes"] as const;
/** Milliseconds of a timeout at most. */
const timeoutMsMax = 600_000;

const alertName: Parameter = {
  name: "alert",
  type: "string",
  positional: "required",
  value: "ALERT",
  summary: "Id of the alert",
};
const more: readonly Parameter[] = [
  {
    name: "pairs",
    type: "string",
    positional: "rest",
    value: "NAME=VALUE",
    summary: "Parameters of the plugin, or variables of the program; NAME= removes one",
  },
  {
    name: "recipient",
    type: "string",
    value: "VALUE",
    multiple: true,
    summary: "Add a recipient: a file, a mail address, whatever the notifier takes",
  },
  {
    name: "select",
    type: "string",
    value: "KIND",
    multiple: true,
    summary: "Only these: nodes, fencing, resources, attributes; the first three if left out",
  },
  {
    name: "attribute",
    type: "string",
    value: "NAME",
    multiple: true,
    summary: "Of the attributes only this one; selects attributes",
  },
  {
    name: "timeout",
    type: "string",
    value: "DURATION",
    summary: "Time that a call may take; 30s if left out, 10min at most",
  },
  {
    name: "timestamp-format",
    type: "string",
    value: "FORMAT",
    summary: "Format of times, as date has it; %H:%M:%S.%06N if left out",
  },
];

const alertsOf = (draft: Draft): readonly XmlElement[] =>
  childrenOf(draft.section("alerts"), "alert");
const idsOf = (draft: Draft): readonly string[] =>
  alertsOf(draft).flatMap(({ attributes: { id } }) => id ?? []);
const alertIn = (draft: Draft, id: string): XmlElement | undefined =>
  alertsOf(draft).find(({ attributes }) => attributes.id === id);

/** The value of an option that may be removed with an empty one. */
const given = (values: Values, name: string): readonly (readonly [string, string | null])[] => {
  const text = textOf(values, name);
  return text === undefined ? [] : [[name, text === "" ? null : text]];
};

/** What a call says of an alert; problems are added. */
function wanted(values: Values, problems: Problems) {
  const pairs = pairsIn(listOf(values, "pairs"), problems);
  const timeout = textOf(values, "timeout");
  const timeoutMs = timeout === undefined || timeout === "" ? 1 : durationMs(timeout);
  if (timeoutMs === undefined || timeoutMs < 1 || timeoutMs > timeoutMsMax) {
    problems.wrong(`"${timeout}" is no duration up to 10min. Fix: write it like 30s`);
  }
  const kinds = listOf(values, "select").flatMap((one) => one.split(","));
  for (const kind of kinds) {
    if (!(selectable as readonly string[]).includes(kind)) {
      problems.wrong(`"${kind}" cannot be selected. Fix: take one of ${selectable.join(", ")}`);
    }
  }
  return {
    pairs,
    meta: new Map([...given(values, "timestamp-format"), ...given(values, "timeout")]),
    kinds,
    attributes: listOf(values, "attribute"),
    recipients: listOf(values, "recipient"),
  };
}

type Wanted = ReturnType<typeof wanted>;

/** Brings an alert to what is wanted. */
function apply(draft: Draft, id: string, { pairs, meta, kinds, attributes, recipients }: Wanted) {
  const current = () => alertIn(draft, id);
  setPairs(draft, current, "meta_attributes", meta);
  setPairs(draft, current, "instance_attributes", pairs);
  const chosen = attributes.length > 0 ? [...new Set([...kinds, "attributes"])] : kinds;
  if (chosen.length > 0) {
    const made = element(
      "select",
      {},
      chosen.map((kind) =>
        element(
          `select_${kind}`,
          {},
          kind === "attributes"
            ? attributes.map((name) =>
              element("attribute", { id: draft.freeId(`${id}-${name}`), name })
            )
            : [],
        )
      ),
    );
    const now = current();
    if (now !== undefined) {
      const others = now.children.filter((child) =>
        child.type !== "element" || child.name.raw !== "select"
      );
      draft.replace(now, withChildren(now, [made, ...others]));
    }
  }
  for (const value of recipients) {
    const now = current();
    const known = childrenOf(now, "recipient").some(({ attributes }) => attributes.value === value);
    if (now === undefined || known) continue;
    draft.add(now, element("recipient", { id: draft.freeId(`${id}-recipient`), value }));
  }
}

/** `alert add` */
export const alertAdd: Changing = {
  path: ["alert", "add"],
  summary: "Call a notifier for what happens: a plugin, or an alert agent of Pacemaker",
  details:
    "NOTIFIER is a plugin (webhook, mail, snmptrap, syslog, log, one of yours) or the absolute\n" +
    "path of a program, which ha alert approve allows on each node.\n\n" +
    "  ha alert add post mail address=192.0.2.25 from=ha@example.org --recipient admin@example.org\n" +
    "  ha alert add file /usr/local/bin/alert_file.sh --recipient /var/log/alerts",
  parameters: [
    alertName,
    {
      name: "notifier",
      type: "string",
      positional: "required",
      value: "NOTIFIER",
      summary: "Name of a plugin, or path of a program",
    },
    ...more,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "alert") ?? "";
    const path = textOf(values, "notifier") ?? "";
    isNewId(draft, "alert", id, problems);
    if (
      !/^(?:(?:\/\.?[A-Za-z0-9_][A-Za-z0-9._-]*){1,17}|(?:notifier\/)?[a-z][a-z0-9_]*)$/.test(path)
    ) {
      problems.wrong(
        `"${path}" is neither the name of a plugin nor an absolute path of letters, digits, ".", "-" ` +
          'and "_". Fix: write webhook, or /usr/local/bin/alert_file.sh',
      );
    }
    const all = wanted(values, problems);
    if (problems.found) return { problems: problems.all };
    draft.addTo("alerts", element("alert", { id, path }));
    apply(draft, id, all);
    return { cib: draft.root, done: [`Alert "${id}" calls ${path}`, ...hints(path)] };
  },
};

const hints = (path: string): readonly string[] =>
  path.startsWith("/") ? [`Each node needs: ha alert approve ${path}`] : [];

/** `alert set` */
export const alertSet: Changing = {
  path: ["alert", "set"],
  summary: "Change an alert: parameters, recipients, selection",
  parameters: [
    alertName,
    ...more,
    {
      name: "no-recipient",
      type: "string",
      value: "VALUE",
      multiple: true,
      summary: "Remove a recipient",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "alert") ?? "";
    const alert = alertIn(draft, id);
    if (alert === undefined) problems.missing("alert", id, idsOf(draft));
    const all = wanted(values, problems);
    const recipients = childrenOf(alert, "recipient");
    const named = recipients.flatMap(({ attributes: { value } }) => value ?? []);
    const gone = listOf(values, "no-recipient");
    for (const value of gone) {
      if (!named.includes(value)) problems.missing("recipient", value, named);
    }
    if (problems.found) return { problems: problems.all };
    for (const one of recipients) {
      if (gone.includes(one.attributes.value ?? "")) draft.replace(one);
    }
    apply(draft, id, all);
    return { cib: draft.root, done: [`Alert "${id}" is changed`] };
  },
};

/** `alert rm` */
export const alertRm: Changing = {
  path: ["alert", "rm"],
  summary: "Remove alerts",
  parameters: [
    {
      name: "alerts",
      type: "string",
      positional: "rest required",
      value: "ALERT",
      summary: "The alerts",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const ids = [...new Set(listOf(values, "alerts"))];
    for (const id of ids) {
      if (alertIn(draft, id) === undefined) problems.missing("alert", id, idsOf(draft));
    }
    if (problems.found) return { problems: problems.all };
    for (const id of ids) {
      const found = alertIn(draft, id);
      if (found !== undefined) draft.replace(found);
    }
    return { cib: draft.root, done: ids.map((id) => `Removed: ${id}`) };
  },
};

/** `alert ls` */
export const alertLs: Reading = {
  path: ["alert", "ls"],
  summary: "List alerts: notifier, selection, parameters and recipients",
  parameters: [],
  effect: "read",
  read(cib) {
    const alerts = alertsOf(new Draft(cib)).map(dataOf);
    return {
      text: alerts.length === 0 ? ["There are no alerts"] : alerts.flatMap(linesOf),
      data: alerts,
    };
  },
};

function dataOf(alert: XmlElement) {
  const { id = "", path = "" } = alert.attributes;
  const select = childOf(alert, "select");
  const selected = childrenOf(select).map(({ name }) => name.raw.replace("select_", ""));
  const parameters = [...pairsOf(alert, "instance_attributes")].map(([name, value]) =>
    [name, isSecretName(name) ? "***" : value] as const
  );
  return {
    id,
    notifier: path,
    select: selected.length === 0 ? selectable.slice(0, 3) : selected,
    attributes: childrenOf(childOf(select, "select_attributes"), "attribute")
      .flatMap(({ attributes: { name } }) => name ?? []),
    meta: Object.fromEntries(pairsOf(alert, "meta_attributes")),
    parameters: Object.fromEntries(parameters),
    recipients: childrenOf(alert, "recipient").map(({ attributes: { id = "", value = "" } }) => ({
      id,
      value,
    })),
  };
}

function linesOf(alert: ReturnType<typeof dataOf>): readonly string[] {
  const { id, notifier, select, attributes, meta, parameters, recipients } = alert;
  const pairs = Object.entries({ ...meta, ...parameters }).map(([name, value]) =>
    pairText(name, value)
  );
  const of = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`;
  return [
    `${id}: ${notifier}, for ${select.join(", ")}${of}`,
    ...(pairs.length === 0 ? [] : [`  ${pairs.join(" ")}`]),
    ...recipients.map(({ id, value }) => `  to ${value} (${id})`),
  ];
}
