import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Measure, ValueRow } from "@/api/value";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { Score } from "./Score";
import { Track } from "./Track";
import { byEndpoint, type EndpointRows, scale, SERVINGS } from "./value";
import classes from "./ValueTable.module.css";

interface Props {
  rows: ValueRow[];
  measures: Record<string, Measure>;
  /** The first cell of a row: on the hub the institution, at a site the endpoint's scope. */
  who: (row: ValueRow) => ReactNode;
  whoLabel: string;
}

const COLUMNS = 11;

function Heading({ group }: { group: EndpointRows }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <tr className={classes.group}>
      <th colSpan={COLUMNS} scope="rowgroup">
        <div className={classes.groupLine}>
          <span className={classes.endpoint}>{codes.endpoint(group.endpoint)}</span>
          <span className={classes.metric}>
            {codes.metric(group.measure.metric)} · {t(`value.direction.${group.measure.better}`)}
          </span>
          {group.gap !== null && (
            <span className={classes.gap}>
              {t("value.gap", { share: format.percent(group.gap) })}
            </span>
          )}
        </div>
      </th>
    </tr>
  );
}

function Row({ row, group, who }: { row: ValueRow; group: EndpointRows; who: Props["who"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { better } = group.measure;
  const range = scale(group.rows, "others");
  return (
    <tr>
      <th scope="row" className={classes.who}>
        {who(row)}
      </th>
      <td className={table.number}>{format.number(row.molecules)}</td>
      {SERVINGS.map((serving, index) => (
        <td key={serving} className={table.number} data-first={index === 0}>
          <Score
            value={row.own[serving]}
            reference={serving === "local" ? undefined : row.own.local}
            better={better}
            chosen={row.chosen === serving}
          />
        </td>
      ))}
      {SERVINGS.map((serving, index) => (
        <td key={serving} className={table.number} data-first={index === 0}>
          <Score
            value={row.others?.[serving]}
            reference={serving === "local" ? undefined : row.others?.local}
            better={better}
          />
        </td>
      ))}
      <td className={`${table.number} ${table.muted}`}>
        <Score value={row.others?.central} better={better} />
      </td>
      <td className={classes.track}>
        {row.others && range && (
          <Track scores={row.others} range={range} better={better} label={t("value.track")} />
        )}
      </td>
      <td className={table.nowrap}>{t(`value.serving.${row.chosen}`)}</td>
    </tr>
  );
}

export function ValueTable({ rows, measures, who, whoLabel }: Props) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t("value.title")}>
      <table className={`${table.table} ${classes.table}`}>
        <thead>
          <tr className={classes.scopes}>
            <th rowSpan={2} scope="col">{whoLabel}</th>
            <th rowSpan={2} scope="col" className={table.number}>{t("value.molecules")}</th>
            <th colSpan={3} scope="colgroup" data-first="true">{t("value.own")}</th>
            <th colSpan={5} scope="colgroup" data-first="true">{t("value.others")}</th>
            <th rowSpan={2} scope="col">{t("value.chosen")}</th>
          </tr>
          <tr>
            {(["own", "others"] as const).map((scope) =>
              SERVINGS.map((serving, index) => (
                <th key={scope + serving} scope="col" className={table.number} data-first={index === 0}>
                  {t(`value.serving.${serving}`)}
                </th>
              )),
            )}
            <th scope="col" className={table.number}>{t("value.central")}</th>
            <th scope="col" className={classes.trackHead}>
              {t("value.trackHead")}
            </th>
          </tr>
        </thead>
        <tbody>
          {byEndpoint(rows, measures).map((group) => (
            <Fragment key={group.endpoint}>
              <Heading group={group} />
              {group.rows.map((row) => (
                <Row key={row.site_id ?? row.endpoint} row={row} group={group} who={who} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
