import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Policy, ProjectRule } from "@/api/console";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Failure, Message, Result } from "@/components/States";
import { policyQuery, useSavePolicy } from "../queries";
import classes from "./PolicyPage.module.css";
import { ProjectRules } from "./ProjectRules";

const SANDBOXES = ["A", "B", "C", "none"] as const;

export function PolicyPage() {
  const { t } = useTranslation();
  const policy = useQuery(policyQuery);
  return (
    <Page title={t("console.nav.policy")} note={t("console.policy.note")}>
      <Result query={policy}>
        {(stored) => <Editor key={JSON.stringify(stored)} stored={stored} />}
      </Result>
    </Page>
  );
}

/** A draft of the whole policy; saving signs it with the site's key. */
function Editor({ stored }: { stored: Policy }) {
  const { t } = useTranslation();
  const save = useSavePolicy();
  const [draft, setDraft] = useState(stored);
  const changed = JSON.stringify(draft) !== JSON.stringify(stored);
  const projects = Object.entries(draft.projects);

  const change = (name: string, rule: ProjectRule) =>
    setDraft({ ...draft, projects: { ...draft.projects, [name]: rule } });

  return (
    <>
      <Panel title={t("console.policy.site")}>
        <Select
          className={classes.field}
          label={t("console.policy.sandbox.label")}
          description={t("console.policy.sandbox.text")}
          data={SANDBOXES.map((value) => ({ value, label: t(`sandbox.${value}`) }))}
          value={draft.weakest_sandbox}
          allowDeselect={false}
          onChange={(value) =>
            setDraft({ ...draft, weakest_sandbox: value as Policy["weakest_sandbox"] })
          }
        />
      </Panel>
      {projects.length === 0 && (
        <Panel>
          <Message
            title={t("console.policy.empty.title")}
            text={t("console.policy.empty.text")}
            command="fdd-client policy set FILE"
          />
        </Panel>
      )}
      {projects.map(([name, rule]) => (
        <ProjectRules key={name} name={name} rule={rule} onChange={(next) => change(name, next)} />
      ))}
      <div className={classes.save}>
        {save.isError && <Failure error={save.error} />}
        <p className={classes.note}>{t("console.policy.signs")}</p>
        <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate(draft)}>
          {t("console.policy.save")}
        </Button>
      </div>
    </>
  );
}
