import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Policy } from "@/api/console";
import { Facts } from "@/components/Facts";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Failure, Result } from "@/components/States";
import { useFormat } from "@/format/use-format";
import { policyQuery, useSavePolicy } from "../queries";
import { isSwitch, useFieldTexts } from "./fields";
import classes from "./PolicyPage.module.css";

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

function Editor({ stored }: { stored: Policy }) {
  const { t } = useTranslation();
  const format = useFormat();
  const texts = useFieldTexts();
  const save = useSavePolicy();
  const [draft, setDraft] = useState(stored);
  const names = Object.keys(stored);
  const switches = names.filter((name) => isSwitch(stored[name]));
  const changed = switches.filter((name) => draft[name] !== stored[name]);

  const show = (name: string) => {
    const value = stored[name];
    return typeof value === "number" ? format.number(value) : texts.value(value);
  };

  return (
    <>
      {switches.length > 0 && (
        <Panel
          title={t("console.policy.switches")}
          actions={
            <Button
              disabled={changed.length === 0}
              loading={save.isPending}
              onClick={() => save.mutate(draft)}
            >
              {t("action.save")}
            </Button>
          }
        >
          <ul className={classes.switches}>
            {switches.map((name) => (
              <li key={name}>
                <Switch
                  label={texts.label(name)}
                  description={texts.text(name)}
                  checked={draft[name] === true}
                  onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.checked })}
                />
              </li>
            ))}
          </ul>
          {save.isError && <Failure error={save.error} />}
        </Panel>
      )}
      <Panel title={t("console.policy.limits")} note={t("console.policy.limitsNote")}>
        <Facts
          items={names
            .filter((name) => !switches.includes(name))
            .map((name) => [texts.label(name), show(name)])}
        />
      </Panel>
    </>
  );
}
