import { Button, FileButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/Panel";
import { shortDigest } from "@/format/format";
import { useCodes } from "@/i18n/codes";
import { pipelineQuery, useAcceptPipeline } from "../queries";
import classes from "./DatasetCard.module.css";

/** What prepares data here, with the digest of each step, and a way to accept a signed version. */
export function PipelinePanel() {
  const { t } = useTranslation();
  const codes = useCodes();
  const pipeline = useQuery(pipelineQuery);
  const accept = useAcceptPipeline();
  if (!pipeline.data) return null;
  const { name, accepted, reference, steps } = pipeline.data;
  return (
    <Panel
      title={t("console.pipeline.title")}
      note={t(accepted ? "console.pipeline.accepted" : "console.pipeline.installed", {
        name,
        digest: shortDigest(reference),
      })}
      actions={
        <FileButton onChange={(file) => file && accept.mutate(file)} accept=".json">
          {(props) => (
            <Button {...props} size="xs" variant="default" loading={accept.isPending}>
              {t("console.pipeline.accept")}
            </Button>
          )}
        </FileButton>
      }
    >
      <dl className={classes.change}>
        {steps.map((step) => (
          <div key={step.name} style={{ display: "contents" }}>
            <dt>{t(`console.pipeline.steps.${step.name}`)}</dt>
            <dd>
              <code>{shortDigest(step.digest)}</code>
            </dd>
          </div>
        ))}
      </dl>
      <p className={classes.text}>{t("console.pipeline.note")}</p>
      {accept.error && <p role="alert">{codes.problem(accept.error)}</p>}
    </Panel>
  );
}
