import { UnstyledButton, useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useFormat } from "@/format/use-format";
import { align, type Point, valueAt } from "./align";
import classes from "./LineChart.module.css";

export interface Line {
  id: string;
  label: string;
  /** Name of a CSS custom property, so that a line follows the theme. */
  colour: string;
  strong?: boolean;
  /** A yardstick, not a measurement. */
  dashed?: boolean;
  points: Point[];
}

interface Props {
  title: string;
  note?: string | undefined;
  lines: Line[];
  height?: number;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(size: number): uPlot.Axis {
  return {
    size,
    stroke: token("--fdd-muted"),
    font: "11px 'Pretendard Variable', system-ui, sans-serif",
    grid: { stroke: token("--fdd-line"), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}

function options(lines: Line[], hidden: Set<string>, width: number, height: number): uPlot.Options {
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: false } },
    axes: [
      { ...axis(26), grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
      { ...axis(46), space: 36 },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => ({
        label: line.label,
        show: !hidden.has(line.id),
        stroke: token(line.colour),
        width: line.strong ? 2.5 : 1.5,
        spanGaps: true,
        ...(line.dashed ? { dash: [5, 4] } : {}),
        points: { show: line.points.length < 2, size: 5 },
      })),
    ],
  };
}

export function LineChart({ title, note, lines, height = 190 }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme();
  const format = useFormat();
  const [hidden, setHidden] = useState<Set<string>>(new Set());
  const [round, setRound] = useState<number | null>(null);

  const data = useMemo(() => align(lines.map((line) => line.points)) as uPlot.AlignedData, [lines]);
  const latest = useRef({ data, lines, hidden });
  latest.current = { data, lines, hidden };
  // A new plot only when lines appear, vanish or change colour; new points are just new data.
  const shape = lines.map((line) => `${line.id}:${line.colour}:${line.points.length < 2}`).join(" ");

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const built = new uPlot(
      options(latest.current.lines, latest.current.hidden, element.clientWidth, height),
      latest.current.data,
      element,
    );
    built.hooks.setCursor = [
      (self) => {
        const index = self.cursor.idx;
        setRound(index === null || index === undefined ? null : (self.data[0][index] ?? null));
      },
    ];
    plot.current = built;
    const observer = new ResizeObserver(() => built.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      built.destroy();
      plot.current = null;
    };
  }, [shape, scheme, height]);

  useEffect(() => plot.current?.setData(data), [data]);

  const toggle = (id: string, index: number) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
    plot.current?.setSeries(index + 1, { show: !next.has(id) });
  };

  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        {note && <span className={classes.note}>{note}</span>}
      </figcaption>
      <div ref={host} className={classes.plot} style={{ height }} aria-hidden="true" />
      <ul className={classes.legend}>
        {lines.map((line, index) => (
          <li key={line.id}>
            <UnstyledButton
              className={classes.entry}
              aria-pressed={!hidden.has(line.id)}
              onClick={() => toggle(line.id, index)}
            >
              <span
                className={classes.swatch}
                data-strong={line.strong}
                style={{ background: `var(${line.colour})` }}
              />
              <span className={classes.name}>{line.label}</span>
              <span className={classes.value}>
                {format.number(valueAt(line.points, round), 3)}
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </figure>
  );
}
