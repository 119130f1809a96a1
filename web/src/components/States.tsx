import { Button, Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, ServerUnreachable } from "@/api/http";
import { useCodes } from "@/i18n/codes";
import { CopyLine } from "./CopyLine";
import classes from "./States.module.css";

interface MessageProps {
  title: string;
  text?: ReactNode;
  command?: string;
  action?: ReactNode;
  tone?: "plain" | "bad";
}

/** One message in the place of content: what is so, why, and the exact next step. */
export function Message({ title, text, command, action, tone = "plain" }: MessageProps) {
  return (
    <div className={classes.message} data-tone={tone} role={tone === "bad" ? "alert" : undefined}>
      <p className={classes.title}>{title}</p>
      {text && <p className={classes.text}>{text}</p>}
      {command && <CopyLine text={command} prompt />}
      {action}
    </div>
  );
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const retry = onRetry && (
    <Button variant="default" onClick={onRetry}>
      {t("action.retry")}
    </Button>
  );
  if (error instanceof ServerUnreachable) {
    return (
      <Message
        tone="bad"
        title={t("states.unreachable.title")}
        text={t("states.unreachable.text")}
        action={retry}
      />
    );
  }
  if (error instanceof ApiProblem && (error.status === 403 || error.status === 401)) {
    return <Message title={t("states.denied.title")} text={codes.problem(error)} />;
  }
  const code = error instanceof ApiProblem ? error.code : null;
  return (
    <Message
      tone="bad"
      title={code ? codes.problem(error) : t("states.error.title")}
      text={code ? t("states.error.code", { code }) : t("states.error.text")}
      action={retry}
    />
  );
}

export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.loading} role="status" aria-label={t("states.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={14} radius="sm" width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  );
}

interface ResultProps<T> {
  query: UseQueryResult<T>;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  lines?: number;
  children: (data: T) => ReactNode;
}

/** The four states of everything that is read from a server: loading, refused or failed, empty, there. */
export function Result<T>({ query, isEmpty, empty, lines, children }: ResultProps<T>) {
  if (query.data !== undefined) {
    return isEmpty?.(query.data) ? <>{empty}</> : <>{children(query.data)}</>;
  }
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}
