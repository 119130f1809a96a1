import type { Round } from "@/api/hub";

/** A round that took this many times the median or more fills the height; its bar is marked cut. */
const CUT_AT_MEDIANS = 2;

export interface BarHeight {
  /** 0 … 1 of the height. */
  share: number;
  cut: boolean;
}

/** Heights of the rounds' bars, so that one slow round does not flatten all others. */
export function barHeights(rounds: Pick<Round, "round" | "seconds">[]): Map<number, BarHeight> {
  const seconds = rounds.map((round) => round.seconds).sort((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
  const longest = seconds.at(-1) ?? 0;
  const full = Math.max(Math.min(longest, CUT_AT_MEDIANS * median), 0.001);
  return new Map(
    rounds.map((round) => [
      round.round,
      { share: Math.min(1, round.seconds / full), cut: round.seconds > full },
    ]),
  );
}
