/**
 * The URL of a file or folder that a person or a configuration names. A path may hold any character:
 * `#` and `?` begin no other part of the URL, `%41` is no `A`, a word with `:` is no scheme, and
 * what follows two slashes is no host.
 *
 * @example
 * ```ts
 * fileUrl("my#plugin/", "/home/eve").href; // "file:///home/eve/my%23plugin/"
 * ```
 *
 * @module
 */

/**
 * @param path absolute or from `here`; one that ends with a slash is a folder. A whole `file:` URL stays
 * as it is.
 * @param here absolute; with or without a slash at its end.
 */
export function fileUrl(path: string, here = "/"): URL {
  if (path.startsWith("file:///")) return new URL(path);
  const whole = (path.startsWith("/") ? path : `${here}/${path}`).replace(/\/{2,}/g, "/");
  return new URL(`file://${encodeURI(whole.toWellFormed()).replace(/[?#]/g, encodeURIComponent)}`);
}
