import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunDetail, Series } from "@/api/hub";
import { type Line, LineChart } from "@/components/chart/LineChart";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { useCodes } from "@/i18n/codes";
import classes from "./CurvesPanel.module.css";
import { CONSTANT, ERROR, metricNames } from "./series";
import { siteColour } from "./tones";

export function CurvesPanel({ run, series }: { run: RunDetail; series: Series[] }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const names = metricNames(series);
  const [picked, setPicked] = useState<string | null>(null);
  const name = picked !== null && names.includes(picked) ? picked : names[0];

  if (name === undefined) {
    return (
      <Panel title={t("run.curves")}>
        <Message title={t("run.curvesEmpty.title")} text={t("run.curvesEmpty.text")} />
      </Panel>
    );
  }

  const shown = series.filter((one) => one.name === name);
  const endpoints = [...new Set(shown.map((one) => one.endpoint))];
  const siteIndex = new Map(run.sites.map((site, index) => [site.site_id, index]));

  const constantOf = (endpoint: string | null): Line[] => {
    const one = series.find(
      (each) => each.name === CONSTANT && each.endpoint === endpoint && each.site === null,
    );
    if (name !== ERROR || !one) return [];
    const label = t("run.constant");
    return [{ id: CONSTANT, label, colour: "--fdd-muted", dashed: true, points: one.points }];
  };

  const lineOf = (one: Series): Line => {
    const index = one.site === null ? -1 : (siteIndex.get(one.site) ?? 0);
    const site = run.sites[index];
    return {
      id: one.site ?? "all",
      label: site ? codes.name(site.institution) : t("run.allSites"),
      colour: site ? siteColour(index) : "--fdd-ink",
      strong: one.site === null,
      points: one.points,
    };
  };

  return (
    <Panel
      title={t("run.curves")}
      note={t("run.curvesNote")}
      actions={
        names.length > 1 && (
          <div className={classes.metrics}>
          <SegmentedControl
            size="xs"
            value={name}
            onChange={setPicked}
            data={names.map((value) => ({ value, label: codes.metric(value) }))}
            aria-label={t("run.metric")}
          />
          </div>
        )
      }
    >
      <div className={classes.grid}>
        {endpoints.map((endpoint) => {
          const lines = shown.filter((one) => one.endpoint === endpoint);
          const better = lines[0]?.better;
          return (
            <LineChart
              key={endpoint ?? name}
              title={endpoint === null ? codes.metric(name) : codes.endpoint(endpoint)}
              note={better ? t(`value.direction.${better}`) : undefined}
              lines={[
                ...constantOf(endpoint),
                ...lines.map(lineOf).sort((a, b) => Number(a.strong) - Number(b.strong)),
              ]}
            />
          );
        })}
      </div>
    </Panel>
  );
}
