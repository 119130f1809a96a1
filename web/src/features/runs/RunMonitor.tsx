import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import { Icon } from "@/components/Icon";
import { Page } from "@/components/Page";
import { Loading, Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import { usePageMark } from "@/live/page-mark";
import type { StreamState } from "@/live/stream";
import { CurvesPanel } from "./CurvesPanel";
import { EventsPanel } from "./EventsPanel";
import { FederationPanel } from "./FederationPanel";
import { ForkRun } from "./ForkRun";
import { HistogramsPanel } from "./HistogramsPanel";
import { ModelPanel } from "./ModelPanel";
import { eventsQuery, reportQuery, roundsQuery, runQuery, seriesQuery } from "./queries";
import { PauseRun } from "./PauseRun";
import { RoundsPanel } from "./RoundsPanel";
import { RunFigures } from "./RunFigures";
import { SpecDrawer } from "./SpecDrawer";
import { StopRun } from "./StopRun";
import { RUN_TONES } from "./tones";
import { useLiveRun } from "./use-live-run";
import { ValuePanel } from "./ValuePanel";

interface Props {
  runId: string;
  mayStop: boolean;
  /** What else can be done with a run's model. */
  modelActions?: (run: RunDetail) => ReactNode;
}

export function RunMonitor({ runId, mayStop, modelActions }: Props) {
  const run = useQuery(runQuery(runId));
  const stream = useLiveRun(runId);
  return (
    <Result query={run} empty={null}>
      {(detail) => (
        <Monitor
          run={detail}
          stream={stream}
          mayStop={mayStop}
          modelActions={modelActions?.(detail)}
        />
      )}
    </Result>
  );
}

interface MonitorProps {
  run: RunDetail;
  stream: StreamState;
  mayStop: boolean;
  modelActions: ReactNode;
}

function Monitor({ run, stream, mayStop, modelActions }: MonitorProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [specOpen, spec] = useDisclosure(false);
  const rounds = useQuery(roundsQuery(run.run_id));
  const series = useQuery(seriesQuery(run.run_id));
  const report = useQuery(reportQuery(run.run_id));
  const events = useQuery(eventsQuery(run.run_id, client));

  const word = t(`run.status.${run.status}`);
  const tone = stream === "lost" ? "warn" : RUN_TONES[run.status];
  const share = run.rounds > 0 ? run.round / run.rounds : 0;
  usePageMark(`${run.round}/${run.rounds} ${word} · ${run.name}`, tone, share);

  const hasReport = (report.data?.rows.length ?? 0) > 0;
  const value = (
    <Result query={report} lines={6}>
      {(found) => <ValuePanel run={run} report={found} />}
    </Result>
  );

  return (
    <Page
      above={<Link to="/runs">{t("nav.runs")}</Link>}
      title={run.name}
      status={
        <>
          <StatusMark tone={RUN_TONES[run.status]} word={word} look="pill" />
          {run.paused && <StatusMark tone="off" word={t("run.pause.paused")} look="pill" />}
          {stream === "lost" && (
            <span role="status">
              <StatusMark tone="warn" word={t("run.reconnecting")} look="pill" />
            </span>
          )}
        </>
      }
      note={t("run.project", { project: run.project_id })}
      actions={
        <>
          <Button variant="default" leftSection={<Icon name="code" />} onClick={spec.open}>
            {t("run.spec")}
          </Button>
          {mayStop && run.model && <ForkRun run={run} rounds={rounds.data ?? []} />}
          {mayStop && (run.status === "running" || run.status === "proposed") && (
            <>
              <PauseRun runId={run.run_id} paused={run.paused} />
              <StopRun runId={run.run_id} name={run.name} />
            </>
          )}
        </>
      }
    >
      <RunFigures run={run} />
      <FederationPanel run={run} />
      <RoundsPanel run={run} rounds={rounds.data ?? []} />
      {/* Once there is an answer, it comes before the way to it. */}
      {hasReport && value}
      <Result query={series} lines={6}>
        {(all) => <CurvesPanel run={run} series={all} />}
      </Result>
      {!hasReport && value}
      <HistogramsPanel run={run} />
      <div className="fdd-columns">
        {events.data ? <EventsPanel run={run} events={events.data} /> : <Loading />}
        <ModelPanel run={run} actions={modelActions} />
      </div>
      <SpecDrawer run={run} opened={specOpen} onClose={spec.close} />
    </Page>
  );
}
