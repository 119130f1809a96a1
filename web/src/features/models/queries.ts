import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { hub } from "@/api/http";
import type { Release, ReleasedModel } from "@/api/hub";
import type { Predicted, PredictedMolecule } from "@/api/predictions";

export const modelsQuery = queryOptions({
  queryKey: ["released-models"],
  queryFn: ({ signal }) =>
    hub.get<{ items: ReleasedModel[] }>("/released-models", signal).then((it) => it.items),
});

export function useRelease(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (release: Release) =>
      hub.send<ReleasedModel>("PUT", `/runs/${runId}/release`, release),
    onSuccess: () => client.invalidateQueries(modelsQuery),
  });
}

export function useWithdraw(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => hub.send("DELETE", `/runs/${runId}/release`),
    onSuccess: () => client.invalidateQueries(modelsQuery),
  });
}

interface Question {
  licence: string;
  structures: string[];
  units: Record<string, string>;
}

interface Block {
  molecules: PredictedMolecule[];
  seconds: number;
}

/** Asks a model; `predicted` grows while the answer comes in. */
export function useAsk(runId: string) {
  const client = useQueryClient();
  const [predicted, setPredicted] = useState<Predicted | null>(null);
  const asking = useMutation({
    mutationFn: (question: Question) => {
      setPredicted(null);
      return hub.lines<Block>(`/released-models/${runId}/predictions`, question, (block) =>
        setPredicted((before) => ({
          molecules: [...(before?.molecules ?? []), ...block.molecules],
          seconds: (before?.seconds ?? 0) + block.seconds,
        })),
      );
    },
    onSettled: () => client.invalidateQueries(modelsQuery),
  });
  return { asking, predicted };
}
