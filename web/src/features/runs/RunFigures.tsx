import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import { type Figure, Figures } from "@/components/Figures";
import { clock, secondsBetween } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { useNow } from "@/format/use-now";
import { useCodes } from "@/i18n/codes";

export function RunFigures({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const running = run.status === "running";
  const now = useNow(running);

  const sent = run.sites.filter((site) => site.state === "sent").length;
  const elapsed = run.started_at
    ? clock(secondsBetween(run.started_at, run.finished_at ?? now))
    : "–";
  const figures: Figure[] = [
    {
      label: t("run.round"),
      value: t("run.roundOf", { round: run.round, rounds: run.rounds }),
    },
    {
      label: t("run.phase"),
      value: running && run.phase ? t(`run.phases.${run.phase}`) : t(`run.status.${run.status}`),
      detail: run.stop_reason ? codes.reason(run.stop_reason) : undefined,
    },
    { label: t("run.elapsed"), value: elapsed },
  ];
  if (running) {
    figures.push({
      label: t("run.deadline"),
      value: run.deadline ? clock(Math.max(0, -secondsBetween(run.deadline, now))) : "–",
    });
    figures.push({
      label: t("run.received"),
      value: t("run.receivedOf", { sent, sites: run.sites.length }),
    });
  } else {
    figures.push({ label: t("run.sites"), value: format.number(run.sites.length) });
  }
  figures.push({
    label: t("run.bytes"),
    value: format.bytes(run.sites.reduce((sum, site) => sum + site.bytes_sent, 0)),
  });
  return <Figures items={figures} />;
}
