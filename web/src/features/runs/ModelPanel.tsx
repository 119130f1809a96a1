import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/hub";
import { CopyLine } from "@/components/CopyLine";
import { Facts } from "@/components/Facts";
import { Icon } from "@/components/Icon";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { useFormat } from "@/format/use-format";

export function ModelPanel({ run, actions }: { run: RunDetail; actions: ReactNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!run.model) {
    return (
      <Panel title={t("model.title")}>
        <Message title={t("model.empty.title")} text={t("model.empty.text")} />
      </Panel>
    );
  }
  return (
    <Panel
      title={t("model.title")}
      actions={
        <>
          {actions}
          <Button
            component="a"
            href={`/api/v1/runs/${run.run_id}/model`}
            download
            variant="default"
            leftSection={<Icon name="download" />}
          >
            {t("model.download")}
          </Button>
        </>
      }
    >
      <Facts
        items={[
          [t("model.bestRound"), format.number(run.model.best_round)],
          [t("model.size"), format.bytes(run.model.bytes)],
          [t("model.format"), "safetensors"],
        ]}
      />
      <p style={{ margin: "8px 0 4px", color: "var(--fdd-muted)", fontSize: 13 }}>
        {t("model.digest")}
      </p>
      <CopyLine text={run.model.digest} />
    </Panel>
  );
}
