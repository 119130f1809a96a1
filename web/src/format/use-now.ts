import { useEffect, useState } from "react";

/** The time, once a second while `ticking`; elapsed times and "seen 3 s ago" follow it. */
export function useNow(ticking = true, everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [ticking, everyMs]);
  return now;
}
