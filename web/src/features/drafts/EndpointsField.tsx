import { ActionIcon, SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { endpointIds, useCodes } from "@/i18n/codes";
import type { Endpoint, Problem } from "./draft";
import classes from "./NewRun.module.css";
import type { Field } from "./schema";
import { useSpecWords } from "./words";

interface Props {
  field: Field;
  chosen: Endpoint[];
  /** What the project's charter allows; empty = every endpoint. */
  allowed: readonly string[];
  problems: readonly Problem[];
  onChange: (endpoints: Endpoint[]) => void;
}

const NUMBERED = /^(.+)--\d+$/;

/** Endpoints from the catalogue, found by id or name, each with its head. */
export function EndpointsField({ field, chosen, allowed, problems, onChange }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const words = useSpecWords();
  const [search, setSearch] = useState("");
  const taken = new Set(chosen.map((one) => one.id));
  const known = allowed.length > 0 ? allowed : endpointIds;
  const assay = NUMBERED.exec(search.trim());
  const offered = [...known, ...(assay && endpointIds.includes(assay[1] ?? "") ? [search.trim()] : [])];
  const own = problems.find((one) => one.field === "endpoints" || one.problem === "endpoint_twice");
  const add = (id: string | null) => {
    if (id === null) return;
    onChange([...chosen, { id, head: "private" }]);
    setSearch("");
  };
  const change = (index: number, head: Endpoint["head"]) =>
    onChange(chosen.map((one, at) => (at === index ? { ...one, head } : one)));
  return (
    <div className={classes.endpoints}>
      <Select
        label={words.label(field)}
        description={t("draft.endpointsHelp")}
        placeholder={t("draft.endpointsSearch")}
        error={own ? words.problem(own) : null}
        withAsterisk
        searchable
        limit={60}
        nothingFoundMessage={t("draft.endpointsNone")}
        data={[...new Set(offered)]
          .filter((id) => !taken.has(id))
          .map((id) => ({ value: id, label: `${codes.endpoint(id)} · ${id}` }))}
        value={null}
        searchValue={search}
        onSearchChange={setSearch}
        onChange={add}
      />
      {chosen.length > 0 && (
        <ul className={classes.chosen}>
          {chosen.map((one, index) => {
            const problem = problems.find((found) => found.field.startsWith(`endpoints.${index}`));
            return (
              <li key={one.id}>
                <div className={classes.endpoint}>
                  <span>{codes.endpoint(one.id)}</span>
                  <code>{one.id}</code>
                  {problem && (
                    <span className={classes.problem} role="alert">
                      {words.problem(problem)}
                    </span>
                  )}
                </div>
                <SegmentedControl
                  size="xs"
                  aria-label={t("draft.headOf", { endpoint: codes.endpoint(one.id) })}
                  data={[
                    { value: "private", label: t("draft.head.private") },
                    { value: "shared", label: t("draft.head.shared") },
                  ]}
                  value={one.head}
                  onChange={(head) => change(index, head as Endpoint["head"])}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("draft.remove", { endpoint: codes.endpoint(one.id) })}
                  onClick={() => onChange(chosen.filter((_, at) => at !== index))}
                >
                  <Icon name="close" size={13} />
                </ActionIcon>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
