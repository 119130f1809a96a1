/** The least scale, so that noise around zero does not look like much. */
const LEAST = 0.1;

/** What the axis spans: all points and zero. */
export function domain(points: readonly number[]): [number, number] {
  return [Math.min(-LEAST, ...points), Math.max(LEAST, ...points)];
}

/** Corners of the empirical distribution of ascending points: (value, share at or below it). */
export function steps(points: readonly number[], low: number, high: number): [number, number][] {
  const corners: [number, number][] = [[low, 0]];
  points.forEach((point, index) => {
    corners.push([point, index / points.length], [point, (index + 1) / points.length]);
  });
  corners.push([high, 1]);
  return corners;
}
