export type Point = [round: number, value: number];

/** Several lines on one x axis: the sorted union of rounds, `null` where a line has no point. */
export function align(lines: readonly (readonly Point[])[]): [number[], ...(number | null)[][]] {
  const rounds = [...new Set(lines.flatMap((line) => line.map(([round]) => round)))].sort(
    (a, b) => a - b,
  );
  const columns = lines.map((line) => {
    const values = new Map(line);
    return rounds.map((round) => values.get(round) ?? null);
  });
  return [rounds, ...columns];
}

/** The value at `round`, or the newest one before it: a legend never goes blank between points. */
export function valueAt(points: readonly Point[], round: number | null): number | null {
  let found: number | null = null;
  for (const [at, value] of points) {
    if (round !== null && at > round) break;
    found = value;
  }
  return found;
}
