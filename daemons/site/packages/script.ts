/**
 * Scripts for `/bin/sh` that hash packages where Deno keeps them. A shell does it, since the recovery
 * manager may start one already, and needs no right to read the cache.
 *
 * @module
 */
import { systemPath } from "../clean_environment.ts";

/** Where Deno's cache is, as Deno finds it; what a folder holds, as one hash. */
const functions = `${systemPath}
LC_ALL=C; export LC_ALL
cache=\${DENO_DIR:-\${XDG_CACHE_HOME:+$XDG_CACHE_HOME/deno}}
cache=\${cache:-$HOME/.cache/deno}
hash() {
  cd "$1" && {
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum --
    # A link, or anything else that is no file, is no part of a package.
    find . ! -type f ! -type d | sort
  } | sha256sum | cut -d' ' -f1
}
`;

/**
 * Compares the packages of the cache with a list, and looks who may change what else Deno believes
 * there: the project as JavaScript, and databases of code. `$1`: the list, lines of
 * `HASH  NAME@VERSION`; `$2`: the project; `$3`: the names of those that are compared, with a space before
 * and behind each, or nothing: all. Prints the cache, then a line for each package that
 * differs: `NAME@VERSION FOLDER`, and `open PATH` for what others may change.
 */
export const compareScript = `${functions}
printf '%s\\n' "$cache"
open() {
  find "$@" ! -type l \\( -perm -0002 -o ! -user "$(id -u)" ! -user 0 \\) -print 2>/dev/null |
    head -n 20 | sed 's/^/open /'
}
open "$cache/gen/file$2" "$cache"/*_cache*
open "$cache"/npm -maxdepth 3
while read -r wanted id; do
  name=\${id%@*}
  case $3 in "" | *" $name "*) ;; *) continue ;; esac
  for folder in "$cache"/npm/*/"$name"/"\${id##*@}"; do
    [ -d "$folder" ] || continue
    open "$folder" -mindepth 1
    [ "$(hash "$folder")" = "$wanted" ] || printf '%s %s\\n' "$id" "$folder"
  done
done < "$1"
`;

/** Makes lines of a list. `$@`: packages, as `NAME@VERSION`; those that are not there are left out. */
export const listScript = `${functions}
for id; do
  for folder in "$cache"/npm/*/"\${id%@*}"/"\${id##*@}"; do
    [ -d "$folder" ] || continue
    printf '%s  %s\\n' "$(hash "$folder")" "$id"
    break
  done
done
`;
