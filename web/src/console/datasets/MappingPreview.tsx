import { Autocomplete, Group, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DatasetPreview } from "@/api/console";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { endpointIds, useCodes } from "@/i18n/codes";
import classes from "./AddDataset.module.css";
import { type Role, ROLES, type Use, type Uses } from "./mapping";

interface Props {
  preview: DatasetPreview;
  uses: Uses;
  onChange: (uses: Uses) => void;
}

/** What each column was taken for, how sure that is, and the chance to correct it. */
export function MappingPreview({ preview, uses, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("console.datasets.column")}</th>
            <th scope="col" className={table.wide}>{t("console.datasets.samples")}</th>
            <th scope="col">{t("console.datasets.meaning")}</th>
            <th scope="col" className={`${table.number} ${table.wide}`}>{t("console.datasets.certainty")}</th>
          </tr>
        </thead>
        <tbody>
          {preview.columns.map((column) => (
            <tr key={column.name}>
              <td className={table.strong}>{column.name}</td>
              <td className={`${table.wide} ${table.mono} ${table.muted}`}>
                <div className={classes.samples}>{column.samples.join(", ")}</div>
              </td>
              <td>
                <Meaning
                  column={column.name}
                  use={uses[column.name] ?? { role: "unused", endpoint: "", unit: "" }}
                  onChange={(use) => onChange({ ...uses, [column.name]: use })}
                />
              </td>
              <td className={`${table.number} ${table.muted} ${table.wide}`}>{format.percent(column.score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether every word that was typed stands in the id or in the name. */
function asked(search: string, id: string, name: string): boolean {
  const words = search.toLowerCase().split(/\s+/);
  const known = `${id} ${name}`.toLowerCase();
  return words.every((word) => known.includes(word));
}

function Meaning({ column, use, onChange }: { column: string; use: Use; onChange: (use: Use) => void }) {
  const { t } = useTranslation();
  const { endpoint } = useCodes();
  return (
    <Group gap={6} wrap="wrap">
      <Select
        size="xs"
        w={130}
        aria-label={t("console.datasets.meaningOf", { column })}
        data={ROLES.map((value) => ({ value, label: t(`console.datasets.roles.${value}`) }))}
        value={use.role}
        allowDeselect={false}
        onChange={(role) => onChange({ ...use, role: role as Role })}
      />
      {use.role === "value" && (
        <>
          <Autocomplete
            size="xs"
            w={{ base: 168, xs: 220 }}
            aria-label={t("console.datasets.endpointOf", { column })}
            placeholder="lipophilicity.logd74"
            data={endpointIds}
            filter={({ options, search }) =>
              options.filter(
                (option) => "value" in option && asked(search, option.value, endpoint(option.value)),
              )
            }
            renderOption={({ option }) => (
              <span>
                {endpoint(option.value)}
                <br />
                <code>{option.value}</code>
              </span>
            )}
            value={use.endpoint}
            onChange={(value) => onChange({ ...use, endpoint: value.trim() })}
          />
          <TextInput
            size="xs"
            w={80}
            aria-label={t("console.datasets.unitOf", { column })}
            placeholder={t("console.datasets.unit")}
            value={use.unit}
            onChange={(event) => onChange({ ...use, unit: event.currentTarget.value.trim() })}
          />
        </>
      )}
    </Group>
  );
}
