import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Family } from "@/api/hub";
import { Panel } from "@/components/Panel";
import { useCodes } from "@/i18n/codes";
import { type Draft, endpointsOf, type Problem, read, set, valueOf, write } from "./draft";
import { EndpointsField } from "./EndpointsField";
import { FamilyField, OptionFields, TrunkField } from "./ModelFields";
import classes from "./NewRun.module.css";
import { projectsQuery } from "./queries";
import type { Field, Section } from "./schema";
import { type FieldProps, SpecField } from "./SpecField";
import { useSpecWords } from "./words";

/** What most runs decide; everything else, and what comes later, is below "advanced". */
const BASIC = new Set([
  "name", "project", "endpoints", "model.family", "model.trunk",
  "training.rounds", "training.local_epochs", "training.batch_size", "training.learning_rate",
  "strategy.weights", "cohort.minimum_sites", "cohort.deadline_seconds", "evaluation.patience",
  "personalization.epochs", "privacy.mode",
]);

interface Props {
  sections: readonly Section[];
  families: readonly Family[];
  draft: Draft;
  problems: readonly Problem[];
  onDraft: (draft: Draft) => void;
}

/** The whole form: a panel for the run itself and one for each part of the specification. */
export function SpecForm(props: Props) {
  return props.sections.map((section) => <SectionPanel key={section.name} {...props} section={section} />);
}

function SectionPanel({ section, ...props }: Props & { section: Section }) {
  const { t } = useTranslation();
  const words = useSpecWords();
  const { draft, problems } = props;
  const shown = section.fields.filter((field) => field.name !== "version");
  const basic = shown.filter((field) => BASIC.has(field.name));
  const advanced = shown.filter((field) => !BASIC.has(field.name));
  const rule = problems.find((one) => section.name !== "" && one.field === section.name);
  const [opened, setOpened] = useState(false);
  // What was changed, or is wrong, must not be out of sight.
  const telling = advanced.some(
    (field) =>
      read(draft, field.path) !== undefined || problems.some((one) => one.field.startsWith(field.name)),
  );
  return (
    <Panel title={words.section(section.name || "run")}>
      {rule && (
        <p className={classes.problem} role="alert">
          {words.problem(rule)}
        </p>
      )}
      <div className={classes.grid}>
        {basic.map((field) => (
          <OneField key={field.name} field={field} {...props} />
        ))}
      </div>
      {advanced.length > 0 && (
        <details
          className={classes.advanced}
          open={opened || telling}
          onToggle={(event) => setOpened(event.currentTarget.open)}
        >
          <summary>{basic.length > 0 ? t("draft.advanced") : t("draft.all")}</summary>
          <div className={classes.grid}>
            {advanced.map((field) => (
              <OneField key={field.name} field={field} {...props} />
            ))}
          </div>
        </details>
      )}
    </Panel>
  );
}

/** A few fields know more than their schema says; all others are drawn from it. */
function OneField({ field, families, draft, problems, onDraft }: Props & { field: Field }) {
  const shared: FieldProps = {
    field,
    value: valueOf(draft, field),
    found: problems.find((one) => one.field === field.name),
    onChange: (value) => onDraft(set(draft, field, value)),
  };
  const projects = useQuery(projectsQuery).data ?? [];
  const project = valueOf(draft, { ...field, path: ["project"], initial: "demo" });
  switch (field.name) {
    case "project":
      return <ProjectField {...shared} />;
    case "endpoints":
      return (
        <EndpointsField
          field={field}
          chosen={endpointsOf(draft)}
          allowed={projects.find((one) => one.project_id === project)?.endpoints ?? []}
          problems={problems}
          onChange={(chosen) => onDraft(write(draft, field.path, chosen.length > 0 ? chosen : undefined))}
        />
      );
    case "model.family":
      return <FamilyField {...shared} families={families} draft={draft} onDraft={onDraft} />;
    case "model.options": {
      const name = valueOf(draft, { ...field, path: ["model", "family"], initial: "mlp-ecfp" });
      const family = families.find((one) => one.name === name);
      return <OptionFields family={family} draft={draft} problems={problems} onDraft={onDraft} />;
    }
    case "model.trunk":
      return <TrunkField {...shared} />;
    default:
      return <SpecField {...shared} />;
  }
}

function ProjectField({ field, value, found, onChange }: FieldProps) {
  const words = useSpecWords();
  const codes = useCodes();
  const projects = useQuery(projectsQuery).data ?? [];
  return (
    <Select
      label={words.label(field)}
      description={words.help(field)}
      error={found ? words.problem(found) : null}
      data={projects.map((one) => ({ value: one.project_id, label: `${codes.name(one)} · ${one.project_id}` }))}
      value={typeof value === "string" ? value : null}
      onChange={onChange}
      allowDeselect={false}
    />
  );
}
