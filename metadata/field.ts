/**
 * A field: the description of one parameter of a plugin, a resource agent or a fence agent.
 *
 * It is plain data. So it crosses a process boundary, is read before any code of the plugin runs,
 * and drives checking, forms, documentation and XML alike (the self-configuration of the Open
 * Cluster Framework paper, with the additions of OCF 1.1, fence-agent XML and JSON Schema).
 *
 * @module
 */

/** Text by language tag (`en`, `de`); `en` is the fallback, then the field's name. */
export type Text = Readonly<Record<string, string>>;

/** The types that every configuration program must be able to render. */
export type BasicType = "string" | "integer" | "number" | "boolean" | "enum" | "struct";

/** More specific types; an unknown one falls back to `basictype`, `length` and `regex`. */
export type SpecialType =
  | "ipaddr"
  | "IPv4"
  | "IPv6"
  | "hostname"
  | "host"
  | "port"
  | "mac"
  | "path"
  | "device"
  | "duration"
  | "secret"
  | "node"
  | "resource"
  | "url"
  | "uuid"
  | "score"
  | (string & Record<never, never>);

/** A value a field may hold. */
export type FieldValue =
  | string
  | number
  | boolean
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue };

/** One choice of an `enum`. */
export type Choice = string | { readonly value: string; readonly label?: Text };

/** One field. Only `fieldname` and `basictype` are required. */
export interface Field {
  /** Key in the configuration. */
  readonly fieldname: string;
  /** The type that every program can render. */
  readonly basictype: BasicType;
  /** A more specific type, which some programs know. */
  readonly specialtype?: SpecialType;
  /** Caption of a form, by language. */
  readonly label?: Text;
  /** The value is a list of the basic type. */
  readonly isarray?: boolean;
  /** Minimum number of items of an array. */
  readonly minitems?: number;
  /** Maximum number of items of an array. */
  readonly maxitems?: number;
  /** Members of a `struct`. */
  readonly fields?: readonly Field[];
  /** Maximum number of characters. */
  readonly length?: number;
  /** The whole text must match (ECMAScript, `v` flag, anchored). */
  readonly regex?: string;
  /** The minimum of a number, in its unit. */
  readonly minimum?: number;
  /** The maximum of a number, in its unit. */
  readonly maximum?: number;
  /** Unit of the number: `ms`, `s`, `MiB`... */
  readonly unit?: string;
  /** The values of an `enum`. */
  readonly choices?: readonly Choice[];
  /** The value if none is given. */
  readonly default?: FieldValue;
  /** Must be given, unless there is a default. Default false. */
  readonly required?: boolean;
  /** No two instances may share the value; a text names a group whose values are unique together. */
  readonly unique?: boolean | string;
  /** Write only: never shown, logged, put in an argument vector, or kept in clear in the CIB. */
  readonly secret?: boolean;
  /** May be changed at run time. */
  readonly reloadable?: boolean;
  /** Deprecated; `by` names the replacement. */
  readonly deprecated?: boolean | { readonly by?: readonly string[]; readonly text?: Text };
  /** Shown only if another field has one of these values. */
  readonly showif?: { readonly field: string; readonly is: readonly FieldValue[] };
  /** The plugin's method that returns the choices, given the values so far. */
  readonly choicesfrom?: string;
  /** Group of a form: `basic`, `advanced`... */
  readonly class?: string;
  /** Position within the form. */
  readonly order?: number;
  /** Spelling on a fence agent's command line. */
  readonly getopt?: string;
  /** A description in one line. */
  readonly short_text?: Text;
  /** The full description. */
  readonly long_text?: Text;
}

/** The type of one field's value, from the field itself. */
export type ValueOf<F extends Field> = F["basictype"] extends "integer" | "number" ? number
  : F["basictype"] extends "boolean" ? boolean
  : F["basictype"] extends "enum" ? ChoiceOf<F>
  : F["basictype"] extends "struct"
    ? ConfigOf<F["fields"] extends readonly Field[] ? F["fields"] : []>
  : string;

/** The values of a field's choices. */
export type ChoiceOf<F extends Field> = F["choices"] extends readonly (infer C)[]
  ? C extends string ? C : C extends { readonly value: infer V } ? V : string
  : string;

/** The type of a field's value in the configuration: a list if it is an array. */
export type Listed<F extends Field> = F["isarray"] extends true ? readonly ValueOf<F>[]
  : ValueOf<F>;

/**
 * A field that depends on another (`showif`) always exists only if it has a default, required or
 * not.
 */
export type Present<F extends Field> = F extends { readonly default: FieldValue } ? true
  : F extends { readonly required: true; readonly showif: object } ? false
  : F extends { readonly required: true } ? true
  : false;

/**
 * The type of a checked configuration, inferred from its fields: never written twice.
 *
 * @example
 * ```ts
 * const fields = [
 *   { fieldname: "port", basictype: "integer", default: 694 },
 *   { fieldname: "peer", basictype: "string" },
 * ] as const satisfies readonly Field[];
 * type Config = ConfigOf<typeof fields>; // { readonly port: number; readonly peer?: string }
 * ```
 */
export type ConfigOf<Fs extends readonly Field[]> =
  & { readonly [F in Fs[number] as Present<F> extends true ? F["fieldname"] : never]: Listed<F> }
  & { readonly [F in Fs[number] as Present<F> extends true ? never : F["fieldname"]]?: Listed<F> };
