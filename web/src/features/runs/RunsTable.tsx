import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useNow } from "@/format/use-now";
import { runsQuery } from "./queries";
import { RUN_TONES } from "./tones";

/** `title` only where the page around it is about more than runs. */
export function RunsTable({ title }: { title?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(true, 5_000);
  const runs = useQuery(runsQuery);
  return (
    <Panel title={title} label={t("nav.runs")} flush={(runs.data?.length ?? 0) > 0}>
      <Result
        query={runs}
        isEmpty={(items) => items.length === 0}
        empty={
          <Message
            title={t("runs.empty.title")}
            text={t("runs.empty.text")}
            command="fdd-server admin run submit DIR examples/lipophilicity.toml"
          />
        }
      >
        {(items) => (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{t("runs.name")}</th>
                  <th scope="col">{t("runs.status")}</th>
                  <th scope="col" className={table.number}>{t("run.round")}</th>
                  <th scope="col" className={`${table.number} ${table.wide}`}>{t("run.sites")}</th>
                  <th scope="col" className={`${table.number} ${table.wide}`}>{t("runs.created")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((run) => (
                  <tr key={run.run_id} className={table.rowLink}>
                    <td className={table.strong}>
                      <Link to="/runs/$runId" params={{ runId: run.run_id }}>
                        {run.name}
                      </Link>
                    </td>
                    <td>
                      <StatusMark tone={RUN_TONES[run.status]} word={t(`run.status.${run.status}`)} />
                    </td>
                    <td className={table.number}>
                      {t("run.roundOf", { round: run.round, rounds: run.rounds })}
                    </td>
                    <td className={`${table.number} ${table.wide}`}>{format.number(run.sites)}</td>
                    <td className={`${table.number} ${table.wide} ${table.muted}`}>
                      {format.relative(run.created_at, now)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Result>
    </Panel>
  );
}
