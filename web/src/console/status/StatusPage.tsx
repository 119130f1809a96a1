import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ConsoleStatus } from "@/api/console";
import { Figures } from "@/components/Figures";
import { Page } from "@/components/Page";
import { Failure, Result } from "@/components/States";
import { type Tone, StatusMark } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { statusQuery, useAct, useJournalQuery } from "../queries";
import { CurrentWork } from "./CurrentWork";
import { LastSent } from "./LastSent";
import { PinnedRoster } from "./PinnedRoster";

const TONES: Record<ConsoleStatus["state"], Tone> = {
  starting: "wait",
  idle: "wait",
  waiting: "wait",
  training: "busy",
  sending: "busy",
  paused: "off",
  unreachable: "bad",
  stopped: "off",
};

export function StatusPage() {
  const status = useQuery(statusQuery);
  return <Result query={status}>{(found) => <Status status={found} />}</Result>;
}

function Status({ status }: { status: ConsoleStatus }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const act = useAct();
  const journal = useQuery(useJournalQuery()).data?.items ?? [];
  return (
    <Page
      title={t("console.nav.status")}
      status={
        <StatusMark
          tone={TONES[status.state]}
          word={t(`console.state.${status.state}`)}
          look="pill"
        />
      }
      note={status.why ? codes.reason(status.why) : t("console.status.note")}
      actions={
        <>
          <Button
            variant="default"
            loading={act.isPending}
            onClick={() => act.mutate(status.paused ? "resume" : "pause")}
          >
            {t(status.paused ? "console.action.resume" : "console.action.pause")}
          </Button>
          {status.current && (
            <Button variant="default" onClick={() => act.mutate("abort")}>
              {t("console.action.abort")}
            </Button>
          )}
        </>
      }
    >
      {act.isError && <Failure error={act.error} />}
      <Figures
        items={[
          {
            label: t("console.status.hub"),
            value: (
              <StatusMark
                tone={status.server.reachable ? "good" : "bad"}
                word={t(status.server.reachable ? "console.status.reachable" : "console.status.unreachable")}
              />
            ),
            detail: status.server.reason ? codes.reason(status.server.reason) : status.server.url,
          },
          {
            label: t("console.status.sandbox"),
            value: status.sandbox_level ? t(`sandbox.${status.sandbox_level}`) : "–",
          },
          {
            label: t("console.status.sentTotal"),
            value: format.bytes(journal.reduce((sum, entry) => sum + entry.bytes, 0)),
            detail: <Link to="/journal">{t("console.status.objects", { count: journal.length })}</Link>,
          },
          { label: t("console.status.version"), value: status.client_version },
        ]}
      />
      <CurrentWork status={status} />
      <LastSent entries={journal} />
      <PinnedRoster />
    </Page>
  );
}
