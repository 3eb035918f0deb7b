/**
 * Completion scripts of shells, made from the table of commands.
 *
 * @module
 */
import type { Command } from "./command.ts";

/** Words that can follow a beginning: `resource` → `create delete ...`, and options of commands. */
function table(commands: readonly Command[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (key: string, word: string) =>
    void (found.get(key) ?? found.set(key, new Set()).get(key))?.add(word);
  for (const { path, options } of commands) {
    for (const [at, word] of path.entries()) add(path.slice(0, at).join(" "), word);
    for (const [name, { value }] of Object.entries(options)) {
      add(path.join(" "), `--${name}${value === undefined ? "" : "="}`);
    }
  }
  return new Map([...found].map(([key, words]) => [key, [...words].sort()]));
}

/** The script. */
export function scriptFor(shell: "bash" | "zsh" | "fish", commands: readonly Command[]): string {
  const words = table(commands);
  return shell === "fish" ? fish(commands) : shell === "bash" ? bash(words) : zsh(words);
}

const cases = (words: ReadonlyMap<string, readonly string[]>): string =>
  [...words].map(([key, all]) => `    "${key}") words="${all.join(" ")}" ;;\n`).join("");

/** Finds the longest beginning of what was typed that the table knows. */
const lookup = (words: ReadonlyMap<string, readonly string[]>): string =>
  `_ha_words() {
  local key="$1" words=
  case "$key" in
${cases(words)}  esac
  printf '%s' "$words"
}
`;

const bash = (words: ReadonlyMap<string, readonly string[]>): string =>
  `# Completion of ha for bash, made by: ha completion bash
${lookup(words)}
_ha() {
  local current="\${COMP_WORDS[COMP_CWORD]}" key= next word found
  found="$(_ha_words "")"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    next="\${key:+$key }$word"
    words="$(_ha_words "$next")"
    [ -n "$words" ] || break
    key="$next" found="$words"
  done
  # A command was found: names can follow it.
  case "$current" in
    -*) ;;
    *) case "$found" in *--*) found="$found $(ha completion names 2>/dev/null)" ;; esac ;;
  esac
  COMPREPLY=($(compgen -W "$found" -- "$current"))
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _ha ha
`;

const zsh = (words: ReadonlyMap<string, readonly string[]>): string =>
  `#compdef ha
# Completion of ha for zsh, made by: ha completion zsh
${lookup(words)}
_ha() {
  local key= next word found
  found="$(_ha_words "")"
  for word in "\${words[@]:1:CURRENT-2}"; do
    case "$word" in -*) continue ;; esac
    next="\${key:+$key }$word"
    next_words="$(_ha_words "$next")"
    [ -n "$next_words" ] || break
    key="$next" found="$next_words"
  done
  case "$found" in
    *--*) found="$found $(ha completion names 2>/dev/null)" ;;
  esac
  compadd -- \${=found}
}
compdef _ha ha
`;

const quoted = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The test of fish whether these words were typed. */
const seen = (words: readonly string[]): string =>
  words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");

function fish(commands: readonly Command[]): string {
  const lines = ["# Completion of ha for fish, made by: ha completion fish", "complete -c ha -f"];
  const groups = new Map<string, readonly Command[]>();
  for (const command of commands) {
    const [first = ""] = command.path;
    groups.set(first, [...groups.get(first) ?? [], command]);
  }
  for (const [first, members] of groups) {
    const [only] = members;
    const summary = members.length === 1 && only?.path.length === 1 ? only.summary : `${first} ...`;
    lines.push(`complete -c ha -n __fish_use_subcommand -a ${first} -d ${quoted(summary)}`);
    for (const { path, summary: text, options } of members) {
      for (const [at, word] of path.entries()) {
        if (at === 0) continue;
        const what = at === path.length - 1 ? text : `${word} ...`;
        lines.push(`complete -c ha -n '${seen(path.slice(0, at))}' -a ${word} -d ${quoted(what)}`);
      }
      for (const [name, { summary: what, value }] of Object.entries(options)) {
        const needs = value === undefined ? "" : " -r";
        lines.push(`complete -c ha -n '${seen(path)}' -l ${name}${needs} -d ${quoted(what)}`);
      }
    }
  }
  lines.push(
    "complete -c ha -n 'not __fish_use_subcommand' -a '(ha completion names 2>/dev/null)'",
  );
  return lines.join("\n") + "\n";
}
