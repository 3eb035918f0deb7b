/**
 * Prints the absolute path of the running Deno, so that a task can grant `--allow-run` of it and
 * of nothing else. Needs no permission.
 *
 * @module
 */
console.log(Deno.execPath());
