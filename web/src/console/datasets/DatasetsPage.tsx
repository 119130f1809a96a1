import { useQuery } from "@tanstack/react-query";
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Icon } from "@/components/Icon";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { datasetsQuery } from "../queries";
import { AddDataset } from "./AddDataset";
import { DatasetCard } from "./DatasetCard";
import { PipelinePanel } from "./PipelinePanel";

export function DatasetsPage() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const datasets = useQuery(datasetsQuery);
  return (
    <Page
      title={t("console.nav.datasets")}
      note={t("console.datasets.note")}
      actions={
        <Button leftSection={<Icon name="plus" />} onClick={open}>
          {t("console.datasets.add")}
        </Button>
      }
    >
      <Result
        query={datasets}
        isEmpty={({ items, damaged }) => items.length + damaged.length === 0}
        empty={
          <Panel>
            <Message
              title={t("console.datasets.empty.title")}
              text={t("console.datasets.empty.text")}
              command="fdd-client data add FILE.csv --name NAME"
            />
          </Panel>
        }
      >
        {({ items, damaged }) => (
          <>
            {damaged.map((name) => (
              <Panel key={name}>
                <Message
                  tone="bad"
                  title={t("console.datasets.damaged.title", { name })}
                  text={t("console.datasets.damaged.text")}
                  command={`fdd-client data remove ${name}`}
                />
              </Panel>
            ))}
            {items.map((dataset) => (
              <DatasetCard key={`${dataset.name}@${dataset.version}`} dataset={dataset} />
            ))}
          </>
        )}
      </Result>
      <PipelinePanel />
      <AddDataset opened={opened} onClose={close} />
    </Page>
  );
}
