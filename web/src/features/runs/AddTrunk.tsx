import { Button, FileButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyLine } from "@/components/CopyLine";
import { Panel } from "@/components/Panel";
import { Failure } from "@/components/States";
import classes from "./AddTrunk.module.css";
import { useAddTrunk } from "./queries";

/** Weights that a run may start from: tensors, which the hub checks; never code. */
export function AddTrunk() {
  const { t } = useTranslation();
  const trunk = useAddTrunk();
  return (
    <Panel title={t("trunk.title")}>
      <div className={classes.body}>
        <p>{t("trunk.text")}</p>
        <FileButton accept=".safetensors" onChange={(picked) => picked && trunk.mutate(picked)}>
          {(props) => (
            <Button {...props} variant="default" loading={trunk.isPending}>
              {t("trunk.button")}
            </Button>
          )}
        </FileButton>
      </div>
      {trunk.isError && <Failure error={trunk.error} />}
      {trunk.data && (
        <div className={classes.done} role="status">
          <p>{t("trunk.done")}</p>
          <CopyLine text={`trunk = "${trunk.data.digest}"`} />
        </div>
      )}
    </Panel>
  );
}
