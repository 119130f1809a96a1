/** Whether the server answered the last time it was asked; a page shows it, whatever it asked for. */

type Listener = () => void;

let reachable = true;
const listeners = new Set<Listener>();

export function reportReachable(now: boolean): void {
  if (now === reachable) return;
  reachable = now;
  for (const listener of listeners) listener();
}

export function isReachable(): boolean {
  return reachable;
}

export function onReachabilityChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
