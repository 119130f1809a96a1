import { useParams } from "@tanstack/react-router";
import { ReleaseModel } from "@/features/models";
import { RunMonitor } from "@/features/runs";
import { useIsAdministrator } from "./access";

/** Loaded on demand: the charts are a third of the code, and only this page draws them. */
export function RunPage() {
  const { runId } = useParams({ strict: false }) as { runId: string };
  const administrator = useIsAdministrator();
  return (
    <RunMonitor
      key={runId}
      runId={runId}
      mayStop={administrator}
      modelActions={(run) => administrator && <ReleaseModel run={run} />}
    />
  );
}
