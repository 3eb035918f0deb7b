/**
 * A secret of a notifier, from its field or a file: the same as for fencing devices.
 *
 * @module
 */
export { type Secret, secretFrom } from "../stonith/secret_file.ts";
