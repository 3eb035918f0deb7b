/**
 * What must be durable cannot be written or read: a disk that is full, broken, read-only, or hangs. The
 * process ends, since it must not promise what it cannot keep; its parent starts it again until there
 * is room.
 *
 * @module
 */

/** See the head of the file. */
export class StateError extends Error {
  override readonly name = "StateError";
}
