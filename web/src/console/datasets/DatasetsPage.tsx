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
        isEmpty={(items) => items.length === 0}
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
        {(items) => (
          <>
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
