import { Button, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditEvent } from "@/api/hub";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Failure, Loading, Message } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import { useCodes } from "@/i18n/codes";
import classes from "./AuditPage.module.css";
import { AuditTable } from "./AuditTable";
import { auditQuery } from "./queries";

function matches(event: AuditEvent, action: string | null, text: string): boolean {
  if (action !== null && event.action !== action) return false;
  if (text === "") return true;
  const haystack = `${event.actor} ${event.subject} ${JSON.stringify(event.params)}`;
  return haystack.toLowerCase().includes(text.toLowerCase());
}

export function AuditPage() {
  const { t } = useTranslation();
  const codes = useCodes();
  const audit = useInfiniteQuery(auditQuery);
  const [action, setAction] = useState<string | null>(null);
  const [text, setText] = useState("");

  const events = useMemo(
    () => audit.data?.pages.flatMap((page) => page.items).reverse() ?? [],
    [audit.data],
  );
  const shown = events.filter((event) => matches(event, action, text));
  const actions = [...new Set(events.map((event) => event.action))].sort();
  const chainOk = audit.data?.pages.every((page) => page.chain_ok);

  return (
    <Page
      title={t("nav.audit")}
      note={t("audit.note")}
      status={
        chainOk !== undefined && (
          <StatusMark
            tone={chainOk ? "good" : "bad"}
            word={t(chainOk ? "audit.verified" : "audit.broken")}
            look="pill"
          />
        )
      }
    >
      <Panel
        flush={shown.length > 0}
        title={t("audit.events")}
        actions={
          <div className={classes.filters}>
            <Select
              aria-label={t("audit.action")}
              placeholder={t("audit.allActions")}
              data={actions.map((value) => ({ value, label: codes.action(value) }))}
              value={action}
              onChange={setAction}
              clearable
              size="xs"
            />
            <TextInput
              aria-label={t("audit.search")}
              placeholder={t("audit.search")}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              size="xs"
            />
          </div>
        }
      >
        {audit.isPending && <Loading lines={8} />}
        {audit.isError && !audit.data && (
          <Failure error={audit.error} onRetry={() => void audit.refetch()} />
        )}
        {audit.data && shown.length === 0 && <Message title={t("audit.empty")} />}
        {shown.length > 0 && <AuditTable events={shown} />}
        {audit.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="default"
              loading={audit.isFetchingNextPage}
              onClick={() => void audit.fetchNextPage()}
            >
              {t("audit.more")}
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  );
}
