/**
 * Which values attributes of the configuration language take.
 *
 * @module
 */

/** What a value must be. */
export interface ValueRule {
  readonly expected: string;
  readonly accepts: (value: string) => boolean;
  /** Words to choose from, if there are any. */
  readonly words?: readonly string[];
  /** Another value has no effect, and is no reason to refuse the document. */
  readonly tolerant?: boolean;
}

const oneOf = (words: string): ValueRule => {
  const all = words.split(" ");
  return { expected: all.join(", "), accepts: (value) => all.includes(value), words: all };
};
const form = (expected: string, pattern: RegExp): ValueRule => ({
  expected,
  accepts: (value) => pattern.test(value),
});

const boolean: ValueRule = { ...oneOf("true false 1 0"), expected: "true or false" };
const integer = form("a whole number", /^\s*[-+]?\d+\s*$/);
const natural = form("a whole number from 0", /^\s*\+?\d+\s*$/);
const score = form("a whole number, INFINITY or -INFINITY", /^(?:\s*[-+]?\d+\s*|[-+]?INFINITY)$/);
const role = oneOf("Stopped Started Promoted Unpromoted Master Slave");
const action = oneOf("start promote demote stop");

/** By attribute, wherever it stands. */
const everywhere: Readonly<Record<string, ValueRule>> = {
  "add-host": boolean,
  "boolean-op": oneOf("and or"),
  "control-port": integer,
  "first-action": action,
  "host-netmask": integer,
  influence: {
    ...form("true or false", /^(?:true|false|yes|no|on|off|y|n|1|0)$/i),
    tolerant: true,
  },
  "internal-port": integer,
  "loss-policy": oneOf("stop demote fence freeze"),
  masters: integer,
  "on-fail": oneOf("ignore block demote stop restart standby fence restart-container"),
  ordering: oneOf("group listed"),
  "promoted-max": integer,
  "record-pending": boolean,
  replicas: integer,
  "replicas-per-host": integer,
  "require-all": boolean,
  "resource-discovery": oneOf("always never exclusive"),
  "rsc-role": role,
  score,
  sequential: boolean,
  symmetrical: boolean,
  "then-action": action,
  "value-source": oneOf("literal param meta"),
  "with-rsc-role": role,
};

/** By element and attribute. */
const particular: Readonly<Record<string, ValueRule>> = {
  "acl_permission kind": oneOf("read write deny"),
  "cib admin_epoch": natural,
  "cib epoch": natural,
  "cib num_updates": natural,
  "date_expression operation": oneOf("in_range gt lt date_spec"),
  "expression operation": oneOf("lt gt lte gte eq ne defined not_defined"),
  "expression type": oneOf("string integer number version"),
  "fencing-level devices": form(
    "ids with a comma between them",
    /^[A-Za-z0-9_.-]+(?:,[A-Za-z0-9_.-]+)*$/,
  ),
  "fencing-level index": form("a number from 1 to 9", /^\s*\+?0*[1-9]\s*$/),
  "node type": oneOf("member remote normal ping"),
  "op enabled": boolean,
  "op role": role,
  "port-mapping port": integer,
  "port-mapping range": form("ports with a - between them, as 8000-8010", /^[0-9-]+$/),
  "resource_set action": action,
  "resource_set kind": oneOf("Optional Mandatory Serialize"),
  "resource_set role": role,
  "rsc_location role": role,
  "rsc_order kind": oneOf("Optional Mandatory Serialize"),
};

/** The rule for an attribute of an element; undefined: any text. */
export function valueRule(element: string, attribute: string): ValueRule | undefined {
  const key = `${element} ${attribute}`;
  if (Object.hasOwn(particular, key)) return particular[key];
  return Object.hasOwn(everywhere, attribute) ? everywhere[attribute] : undefined;
}
