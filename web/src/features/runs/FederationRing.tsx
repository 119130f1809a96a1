import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import classes from "./FederationRing.module.css";
import { siteShow, type SiteShow } from "./tones";

const SIZE = 220;
const CENTRE = SIZE / 2;
const RADIUS = 88;
const INNER = 54;

/** States in which nothing is expected from a site any more in this round. */
const SILENT: ReadonlySet<SiteShow> = new Set(["excluded", "offline"]);

function at(angle: number, radius: number): [number, number] {
  return [CENTRE + radius * Math.cos(angle), CENTRE + radius * Math.sin(angle)];
}

function arc(from: number, to: number): string {
  const [x1, y1] = at(from, RADIUS);
  const [x2, y2] = at(to, RADIUS);
  return `M${x1} ${y1}A${RADIUS} ${RADIUS} 0 ${to - from > Math.PI ? 1 : 0} 1 ${x2} ${y2}`;
}

/** The sites around the model: an arc each, joined to the centre once its update has arrived. */
export function FederationRing({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const count = Math.max(run.sites.length, 1);
  const sent = run.sites.filter((site) => site.state === "sent").length;
  const step = (2 * Math.PI) / count;
  const gap = Math.min(0.1, step * 0.2);
  const done = run.rounds > 0 ? run.round / run.rounds : 0;
  const around = 2 * Math.PI * INNER;

  return (
    <svg
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      className={classes.ring}
      role="img"
      aria-label={t("run.ringLabel", { sent, sites: run.sites.length, round: run.round })}
    >
      {run.sites.map((site, index) => {
        const show = siteShow(site, run);
        const middle = -Math.PI / 2 + index * step;
        const [ox, oy] = at(middle, RADIUS - 9);
        const [ix, iy] = at(middle, INNER + 7);
        const [nx, ny] = at(middle, RADIUS);
        return (
          <g key={site.site_id} data-state={show} className={classes.site}>
            <line x1={ox} y1={oy} x2={ix} y2={iy} className={classes.link} />
            <path d={arc(middle - step / 2 + gap, middle + step / 2 - gap)} className={classes.arc} />
            <circle cx={nx} cy={ny} r={8} className={classes.node} />
            <circle cx={nx} cy={ny} r={3} className={classes.core} />
            {SILENT.has(show) && <path d={`M${nx - 3} ${ny}h6`} className={classes.bar} />}
          </g>
        );
      })}
      <circle cx={CENTRE} cy={CENTRE} r={INNER} className={classes.rail} />
      {done > 0 && (
        <circle
          cx={CENTRE}
          cy={CENTRE}
          r={INNER}
          className={classes.progress}
          strokeDasharray={`${around * done} ${around}`}
          transform={`rotate(-90 ${CENTRE} ${CENTRE})`}
        />
      )}
      <text x={CENTRE} y={CENTRE - 18} className={classes.caption}>
        {t("run.round")}
      </text>
      <text x={CENTRE} y={CENTRE + 13} className={classes.round}>
        {run.round}
      </text>
      <text x={CENTRE} y={CENTRE + 31} className={classes.caption}>
        {t("run.ofRounds", { rounds: run.rounds })}
      </text>
    </svg>
  );
}
