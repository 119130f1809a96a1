import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DatasetPreview } from "@/api/console";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import classes from "./AddDataset.module.css";

interface Props {
  preview: DatasetPreview;
  mapping: DatasetPreview["mapping"];
  onChange: (mapping: DatasetPreview["mapping"]) => void;
}

/** What each column was taken for, how sure that is, and the chance to correct it. */
export function MappingPreview({ preview, mapping, onChange }: Props) {
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
            <th scope="col" className={table.number}>{t("console.datasets.certainty")}</th>
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
                <TextInput
                  size="xs"
                  aria-label={t("console.datasets.meaningOf", { column: column.name })}
                  placeholder={t("console.datasets.ignored")}
                  value={mapping[column.name] ?? ""}
                  onChange={(event) =>
                    onChange({ ...mapping, [column.name]: event.currentTarget.value || null })
                  }
                />
              </td>
              <td className={`${table.number} ${table.muted}`}>{format.percent(column.score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
