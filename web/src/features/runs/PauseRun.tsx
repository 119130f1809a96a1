import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failure } from "@/components/States";
import { usePauseRun } from "./queries";

/** Between two rounds a run can wait for a person; nothing of it is lost. */
export function PauseRun({ runId, paused }: { runId: string; paused: boolean }) {
  const { t } = useTranslation();
  const pause = usePauseRun(runId);
  const what = paused ? "resume" : "pause";
  return (
    <>
      <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate(what)}>
        {t(`run.pause.${what}`)}
      </Button>
      {pause.error && <Failure error={pause.error} />}
    </>
  );
}
