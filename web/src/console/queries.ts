import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  CardAnswer,
  CardPage,
  ColumnMapping,
  ConsoleMe,
  ConsoleRun,
  ConsoleStatus,
  DatasetChange,
  DatasetPreview,
  JournalEntry,
  Pinned,
  Policy,
  Preparing,
  SiteDataset,
  SitePipeline,
  SiteModel,
  SiteReport,
} from "@/api/console";
import type { Predicted } from "@/api/predictions";
import { siteConsole } from "@/api/http";
import type { Asked } from "@/components/predictions/text";

/** The console is on the same machine: asking every two seconds costs nothing. */
const LIVE_MS = 2_000;

export const consoleMeQuery = queryOptions({
  queryKey: ["console", "me"],
  queryFn: ({ signal }) => siteConsole.get<ConsoleMe>("/me", signal),
});

export const statusQuery = queryOptions({
  queryKey: ["console", "status"],
  queryFn: ({ signal }) => siteConsole.get<ConsoleStatus>("/status", signal),
  refetchInterval: LIVE_MS,
});

export const pinnedRosterQuery = queryOptions({
  queryKey: ["console", "roster"],
  queryFn: ({ signal }) => siteConsole.get<Pinned>("/roster", signal),
});

export const datasetsQuery = queryOptions({
  queryKey: ["console", "datasets"],
  queryFn: ({ signal }) =>
    siteConsole.get<{ items: SiteDataset[]; damaged: string[] }>("/datasets", signal),
});

const cardPath = (name: string) => `/datasets/${encodeURIComponent(name)}/card`;
const cardKey = (name: string) => ["console", "datasets", name, "card"];

/** Asked again while the agent has not told the hub yet. */
export const dataCardQuery = (name: string, version: number | string) =>
  queryOptions({
    queryKey: [...cardKey(name), version],
    queryFn: ({ signal }) => siteConsole.get<CardPage>(cardPath(name), signal),
    refetchInterval: ({ state }) =>
      state.data?.shared && !state.data.shared.done_at && !state.data.shared.refused
        ? LIVE_MS
        : false,
  });

/** Let the agent send the card that was shown with this digest. */
export function useShareCard(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (digest: string) => siteConsole.send("POST", cardPath(name), { digest }),
    onSettled: () => client.invalidateQueries({ queryKey: cardKey(name) }),
  });
}

export function useWithdrawCard(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => siteConsole.send("DELETE", cardPath(name)),
    onSuccess: () => client.invalidateQueries({ queryKey: cardKey(name) }),
  });
}

export const pipelineQuery = queryOptions({
  queryKey: ["console", "pipeline"],
  queryFn: ({ signal }) => siteConsole.get<SitePipeline>("/pipeline", signal),
});

export const policyQuery = queryOptions({
  queryKey: ["console", "policy"],
  queryFn: ({ signal }) => siteConsole.get<Policy>("/policy", signal),
});

export interface Journal {
  items: JournalEntry[];
  chainOk: boolean;
}

const JOURNAL_KEY = ["console", "journal"];

/** The journal only grows: each reading asks for what is newer than the last known entry. */
export function useJournalQuery() {
  const client = useQueryClient();
  return queryOptions({
    queryKey: JOURNAL_KEY,
    queryFn: async ({ signal }): Promise<Journal> => {
      const known = client.getQueryData<Journal>(JOURNAL_KEY)?.items ?? [];
      const after = known.at(-1)?.seq ?? 0;
      const answer = await siteConsole.get<{ items: JournalEntry[]; chain_ok: boolean }>(
        `/journal?after=${after}`,
        signal,
      );
      const fresh = answer.items.filter((entry) => entry.seq > after);
      return { items: [...known, ...fresh], chainOk: answer.chain_ok };
    },
    refetchInterval: LIVE_MS,
  });
}

export const consoleRunsQuery = queryOptions({
  queryKey: ["console", "runs"],
  queryFn: ({ signal }) =>
    siteConsole.get<{ items: ConsoleRun[] }>("/runs", signal).then((it) => it.items),
  refetchInterval: LIVE_MS,
});

export const reportsQuery = queryOptions({
  queryKey: ["console", "reports"],
  queryFn: ({ signal }) =>
    siteConsole.get<{ items: SiteReport[] }>("/reports", signal).then((it) => it.items),
});

export const modelsQuery = queryOptions({
  queryKey: ["console", "models"],
  queryFn: ({ signal }) =>
    siteConsole.get<{ items: SiteModel[] }>("/models", signal).then((it) => it.items),
});

export const cardQuery = (runId: string) =>
  queryOptions({
    queryKey: ["console", "models", runId, "card"],
    queryFn: ({ signal }) => siteConsole.get<CardAnswer>(`/models/${runId}/card`, signal),
  });

export interface Question {
  runId: string;
  questions: Asked[];
  units: Record<string, string>;
}

export function usePredict() {
  return useMutation({
    mutationFn: ({ runId, questions, units }: Question) => {
      const structures = questions.map(({ structure }) => structure);
      return siteConsole.send<Predicted>("POST", "/predictions", {
        run_id: runId,
        structures,
        units,
      });
    },
  });
}

export const FORMATS = ["csv", "sdf", "parquet"] as const;

export interface AskedFile {
  runId: string;
  file: File;
  ending: (typeof FORMATS)[number];
  units: Record<string, string>;
}

export function usePredictFile() {
  return useMutation({
    mutationFn: ({ runId, file, ending, units }: AskedFile) => {
      const form = new FormData();
      form.append("file", file);
      form.append("run_id", runId);
      form.append("ending", ending);
      form.append("units", JSON.stringify(units));
      return siteConsole.exchange("/predictions/file", form);
    },
  });
}

export type SiteAction = "pause" | "resume" | "abort";

export function useAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: SiteAction) => siteConsole.send("POST", `/actions/${action}`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: statusQuery.queryKey }),
  });
}

export interface Decision {
  runId: string;
  decision: "approved" | "objected";
  reason: string;
}

export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ runId, decision, reason }: Decision) =>
      siteConsole.send("POST", `/runs/${runId}/decision`, { decision, reason }),
    onSuccess: () => client.invalidateQueries({ queryKey: consoleRunsQuery.queryKey }),
  });
}

export function useSavePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (policy: Policy) => siteConsole.send<Policy | undefined>("PUT", "/policy", policy),
    onSuccess: () => client.invalidateQueries({ queryKey: policyQuery.queryKey }),
  });
}

export function usePreview() {
  return useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append("file", file);
      return siteConsole.send<DatasetPreview>("POST", "/datasets/preview", form);
    },
  });
}

/** Several files are declared splits of one dataset. */
export interface NewDataset {
  files: File[];
  name: string;
  mapping: ColumnMapping;
  /** Told how far it is. */
  onProgress: (progress: Preparing) => void;
  /** Aborting it stops the import, and the vault is as before. */
  signal: AbortSignal;
}

export function useAddDataset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ files, name, mapping, onProgress, signal }: NewDataset) => {
      const form = new FormData();
      for (const file of files) form.append("file", file);
      form.append("name", name);
      form.append("mapping", JSON.stringify(mapping));
      const take = (part: { progress?: Preparing }) => part.progress && onProgress(part.progress);
      return siteConsole.lines("/datasets", form, take, signal);
    },
    onSettled: () => client.invalidateQueries({ queryKey: datasetsQuery.queryKey }),
  });
}

/** Accept a signed pipeline version, which the site does only if it computes the same. */
export function useAcceptPipeline() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append("file", file);
      return siteConsole.send<SitePipeline>("POST", "/pipeline", form);
    },
    onSuccess: (accepted) => client.setQueryData(pipelineQuery.queryKey, accepted),
  });
}

export interface AskedCorrection {
  name: string;
  finding?: string;
  undo?: number;
  make: boolean;
}

/** Show what a correction would change, or make it: a new version appears among the datasets. */
export function useCorrection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, ...asked }: AskedCorrection) =>
      siteConsole.send<DatasetChange>(
        "POST",
        `/datasets/${encodeURIComponent(name)}/corrections`,
        asked,
      ),
    onSuccess: (_, asked) =>
      asked.make ? client.invalidateQueries({ queryKey: datasetsQuery.queryKey }) : undefined,
  });
}
