import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { CheckedDraft, FamilyCatalogue, KeptTrunk, Project, RunSummary } from "@/api/hub";
import { hub } from "@/api/http";
import type { Draft } from "./draft";
import type { JsonSchema } from "./schema";

export const familiesQuery = queryOptions({
  queryKey: ["families"],
  queryFn: ({ signal }) => hub.get<FamilyCatalogue>("/families", signal),
  staleTime: Infinity,
});

export const schemaQuery = queryOptions({
  queryKey: ["run-spec", "schema"],
  queryFn: ({ signal }) => hub.get<JsonSchema>("/run-spec/schema", signal),
  staleTime: Infinity,
});

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => hub.get<{ items: Project[] }>("/projects", signal).then((it) => it.items),
});

export const trunksQuery = queryOptions({
  queryKey: ["trunks"],
  queryFn: ({ signal }) => hub.get<{ items: KeptTrunk[] }>("/trunks", signal).then((it) => it.items),
});

/** What a draft, or the text of a file, would mean as a run. */
export function useCheck() {
  return useMutation({
    mutationFn: (asked: Draft | string) =>
      hub.send<CheckedDraft>("POST", "/run-spec/check", typeof asked === "string" ? document(asked) : asked),
  });
}

export function useSubmit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: Draft) => hub.send<RunSummary>("POST", "/runs", draft),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

function document(text: string): Blob {
  const type = text.trimStart().startsWith("{") ? "application/json" : "application/toml";
  return new Blob([text], { type });
}
