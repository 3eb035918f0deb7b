/**
 * Sends heartbeats in the daemon under attack: their delay shows how long an attack has blocked the
 * daemon.
 *
 * @module
 */

/** Milliseconds between two beats of the heart; the demo's keepalive. */
export const keepaliveMs = 100;

/** A heart; stopping it tells by how many milliseconds it was late at most. */
export function beat(): () => number {
  let lateMs = 0;
  let due = performance.now() + keepaliveMs;
  const timer = setInterval(() => {
    lateMs = Math.max(lateMs, performance.now() - due);
    due = performance.now() + keepaliveMs;
  }, keepaliveMs);
  return () => {
    clearInterval(timer);
    return Math.max(lateMs, performance.now() - due);
  };
}
