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

/** Columns that no row has a figure for are left out. */
interface Columns {
  others: boolean;
  central: boolean;
}

function columnsOf(rows: ValueRow[]): Columns {
  return {
    others: rows.some((row) => typeof row.others?.local === "number"),
    central: rows.some((row) => typeof row.others?.central === "number"),
  };
}

function count({ others, central }: Columns): number {
  return 6 + (others ? 4 : 0) + (central ? 1 : 0);
}

function Heading({ group, columns }: { group: EndpointRows; columns: Columns }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <tr className={classes.group}>
      <th colSpan={count(columns)} scope="rowgroup">
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

interface RowProps {
  row: ValueRow;
  group: EndpointRows;
  columns: Columns;
  who: Props["who"];
}

function Row({ row, group, columns, who }: RowProps) {
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
            verdict={serving === "local" ? undefined : row.own.clear?.[serving]}
            chosen={row.chosen === serving}
          />
        </td>
      ))}
      {columns.others &&
        SERVINGS.map((serving, index) => (
          <td key={serving} className={table.number} data-first={index === 0}>
            <Score
              value={row.others?.[serving]}
              verdict={serving === "local" ? undefined : row.others?.clear?.[serving]}
            />
          </td>
        ))}
      {columns.central && (
        <td className={`${table.number} ${table.muted}`}>
          <Score value={row.others?.central} />
        </td>
      )}
      {columns.others && (
        <td className={classes.track}>
          {row.others && range && (
            <Track scores={row.others} range={range} better={better} label={t("value.track")} />
          )}
        </td>
      )}
      <td className={table.nowrap}>{t(`value.serving.${row.chosen}`)}</td>
    </tr>
  );
}

export function ValueTable({ rows, measures, who, whoLabel }: Props) {
  const { t } = useTranslation();
  const columns = columnsOf(rows);
  const scopes = columns.others ? (["own", "others"] as const) : (["own"] as const);
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t("value.title")}>
      <table className={`${table.table} ${classes.table}`}>
        <thead>
          <tr className={classes.scopes}>
            <th rowSpan={2} scope="col">{whoLabel}</th>
            <th rowSpan={2} scope="col" className={table.number}>{t("value.molecules")}</th>
            <th colSpan={3} scope="colgroup" data-first="true">{t("value.own")}</th>
            {columns.others && (
              <th colSpan={columns.central ? 5 : 4} scope="colgroup" data-first="true">
                {t("value.others")}
              </th>
            )}
            <th rowSpan={2} scope="col">{t("value.chosen")}</th>
          </tr>
          <tr>
            {scopes.map((scope) =>
              SERVINGS.map((serving, index) => (
                <th key={scope + serving} scope="col" className={table.number} data-first={index === 0}>
                  {t(`value.serving.${serving}`)}
                </th>
              )),
            )}
            {columns.central && (
              <th scope="col" className={table.number}>{t("value.central")}</th>
            )}
            {columns.others && <th scope="col">{t("value.trackHead")}</th>}
          </tr>
        </thead>
        <tbody>
          {byEndpoint(rows, measures).map((group) => (
            <Fragment key={group.endpoint}>
              <Heading group={group} columns={columns} />
              {group.rows.map((row) => (
                <Row key={row.site_id} row={row} group={group} columns={columns} who={who} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
