import { useTranslation } from "react-i18next";
import type { Advice, EndpointValue } from "@/api/console";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./EndpointReport.module.css";
import { PartTable } from "./PartTable";
import { ReliabilityChart } from "./ReliabilityChart";

interface Props {
  row: EndpointValue;
  advice: Advice | null;
  level: number;
}

/** One endpoint: which model is served and why, near and far from the site's own chemistry. */
export function EndpointReport({ row, advice, level }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const [train, validation, test] = row.molecules;
  return (
    <section className={classes.endpoint} aria-label={codes.endpoint(row.endpoint)}>
      <header className={classes.header}>
        <h3 className={classes.title}>{codes.endpoint(row.endpoint)}</h3>
        <span className={classes.muted}>
          {codes.metric(row.metric)} · {t(`value.direction.${row.better}`)}
        </span>
        <span className={classes.muted}>
          {t("console.reports.molecules", {
            train: format.number(train),
            validation: format.number(validation),
            test: format.number(test),
          })}
        </span>
        <span className={classes.chosen}>
          {t("console.reports.served", { way: t(`console.way.${row.chosen}`) })}
        </span>
        {advice && <span className={classes.muted}>{t(`console.reports.advice.${advice}`)}</span>}
      </header>
      <PartTable title={t("value.own")} part={row.own} row={row} level={level} />
      {row.own.reliability && <ReliabilityChart found={row.own.reliability} />}
      {row.others && row.others.n > 0 && (
        <PartTable title={t("value.others")} part={row.others} row={row} level={level} />
      )}
      {row.others?.reliability && <ReliabilityChart found={row.others.reliability} />}
    </section>
  );
}
