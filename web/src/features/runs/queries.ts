import { queryOptions, useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { hub } from "@/api/http";
import type { Round, RunDetail, RunEvent, RunSummary, RunValue, Series, Trunk } from "@/api/hub";

const key = (runId: string, part: string) => ["runs", runId, part] as const;

export const runsQuery = queryOptions({
  queryKey: ["runs", "list"],
  queryFn: ({ signal }) => hub.get<{ items: RunSummary[] }>("/runs", signal).then((it) => it.items),
  refetchInterval: 5_000,
});

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: key(runId, "detail"),
    queryFn: ({ signal }) => hub.get<RunDetail>(`/runs/${runId}`, signal),
  });

export const roundsQuery = (runId: string) =>
  queryOptions({
    queryKey: key(runId, "rounds"),
    queryFn: ({ signal }) =>
      hub.get<{ items: Round[] }>(`/runs/${runId}/rounds`, signal).then((it) => it.items),
  });

export const seriesQuery = (runId: string) =>
  queryOptions({
    queryKey: key(runId, "series"),
    queryFn: ({ signal }) =>
      hub.get<{ series: Series[] }>(`/runs/${runId}/series`, signal).then((it) => it.series),
  });

export const reportQuery = (runId: string) =>
  queryOptions({
    queryKey: key(runId, "report"),
    queryFn: ({ signal }) => hub.get<RunValue>(`/runs/${runId}/report`, signal),
  });

/** Only what is newer than the last known event is asked for; the list grows at its end. */
export const eventsQuery = (runId: string, client: QueryClient) =>
  queryOptions({
    queryKey: key(runId, "events"),
    queryFn: async ({ signal }) => {
      const known = [...(client.getQueryData<RunEvent[]>(key(runId, "events")) ?? [])];
      for (;;) {
        const after = known.at(-1)?.id ?? 0;
        const { items } = await hub.get<{ items: RunEvent[] }>(
          `/runs/${runId}/events?after=${after}`,
          signal,
        );
        const fresh = items.filter((event) => event.id > after);
        if (fresh.length === 0) return known;
        known.push(...fresh);
      }
    },
  });

export function useForkRun(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fork: { round: number | null; changes: Record<string, unknown> }) =>
      hub.send<RunSummary>("POST", `/runs/${runId}/fork`, fork),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

/** Keeps weights that runs may start from; what they are called then. */
export function useAddTrunk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => hub.send<Trunk>("POST", "/trunks", file),
    onSuccess: () => client.invalidateQueries({ queryKey: ["trunks"] }),
  });
}

export function usePauseRun(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (what: "pause" | "resume") => hub.send("POST", `/runs/${runId}/${what}`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export function useStopRun(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => hub.send("POST", `/runs/${runId}/stop`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}
