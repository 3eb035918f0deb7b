/**
 * Secrets that stand in a CIB, for what examines a configuration.
 *
 * @module
 */
export { openSecretsIn } from "../open_secrets.ts";
