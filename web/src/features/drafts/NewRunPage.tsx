import { Button, Group, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CheckedDraft, Family, PlannedRun } from "@/api/hub";
import { Page } from "@/components/Page";
import { Failure, Result } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { type Draft, draftOf, keepDraft, loadDraft } from "./draft";
import classes from "./NewRun.module.css";
import { PlanPanel, Warnings } from "./PlanPanel";
import { familiesQuery, schemaQuery, useCheck, useSubmit } from "./queries";
import { type Section, sectionsOf } from "./schema";
import { SpecForm } from "./SpecForm";
import { toToml } from "./toml";
import { TomlPanel } from "./TomlPanel";

/** A run from a form that the hub's own schema draws; nothing starts before it is confirmed. */
export function NewRunPage() {
  const { t } = useTranslation();
  const schema = useQuery(schemaQuery);
  const families = useQuery(familiesQuery);
  return (
    <Page
      title={t("draft.title")}
      note={t("draft.note")}
      above={<Link to="/runs">{t("nav.runs")}</Link>}
      actions={<Link to="/families">{t("families.title")}</Link>}
    >
      <Result query={schema}>
        {(found) => (
          <Result query={families}>
            {(catalogue) => <Editor sections={sectionsOf(found)} families={catalogue.items} />}
          </Result>
        )}
      </Result>
    </Page>
  );
}

function Editor({ sections, families }: { sections: Section[]; families: Family[] }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(loadDraft);
  const [checked, setChecked] = useState<CheckedDraft | null>(null);
  const [asked, setAsked] = useState<PlannedRun | null>(null);
  const check = useCheck();

  const change = (next: Draft) => {
    setDraft(next);
    keepDraft(next);
    setChecked(null);
  };
  const ask = async (what: Draft | string): Promise<CheckedDraft | null> => {
    try {
      const found = await check.mutateAsync(what);
      setChecked(found);
      return found;
    } catch {
      setChecked(null); // shown below from the mutation's own error
      return null;
    }
  };
  const apply = async (text: string): Promise<boolean> => {
    const found = await ask(text);
    if (!found) return false;
    const next = draftOf(found.document, sections);
    setDraft(next);
    keepDraft(next);
    return true;
  };
  const propose = async () => setAsked((await ask(draft))?.plan ?? null);

  return (
    <div className={classes.columns}>
      <div className={classes.form}>
        <SpecForm
          sections={sections}
          families={families}
          draft={draft}
          problems={checked?.problems ?? []}
          onDraft={change}
        />
      </div>
      <div className={classes.side}>
        <Group gap={8} className={classes.actions}>
          <Button loading={check.isPending} onClick={() => void propose()}>
            {t("draft.propose")}
          </Button>
          <Button variant="default" disabled={check.isPending} onClick={() => void ask(draft)}>
            {t("draft.check")}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => change({})}>
            {t("draft.clear")}
          </Button>
        </Group>
        {check.isError && <Failure error={check.error} />}
        {checked && <PlanPanel checked={checked} />}
        <TomlPanel text={toToml(draft, sections)} busy={check.isPending} onApply={apply} />
      </div>
      {asked && <Propose plan={asked} draft={draft} onClose={() => setAsked(null)} />}
    </div>
  );
}

/** The last question: what sites are going to be asked. */
function Propose({ plan, draft, onClose }: { plan: PlannedRun; draft: Draft; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const submit = useSubmit();
  const ready = plan.sites.filter((site) => site.standing === "ready").length;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("draft.confirm.title", { name: plan.spec.name })}
      centered
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <div className={classes.plan}>
        <p>
          {t("draft.confirm.text", {
            count: ready,
            rounds: format.number(plan.spec.training.rounds),
            up: format.bytes(plan.traffic.up),
          })}
        </p>
        <Warnings plan={plan} />
        {submit.isError && <Failure error={submit.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button
            loading={submit.isPending}
            onClick={() =>
              submit.mutate(draft, {
                onSuccess: (run) => {
                  keepDraft({});
                  void navigate({ to: "/runs/$runId", params: { runId: run.run_id } });
                },
              })
            }
          >
            {t("draft.confirm.button")}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
