import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { hub } from "@/api/http";
import type { Institution, JoinCode, Site } from "@/api/hub";

export const sitesQuery = queryOptions({
  queryKey: ["sites"],
  queryFn: ({ signal }) => hub.get<{ items: Site[] }>("/sites", signal).then((it) => it.items),
  refetchInterval: 5_000,
});

export const institutionsQuery = queryOptions({
  queryKey: ["institutions"],
  queryFn: ({ signal }) =>
    hub.get<{ items: Institution[] }>("/institutions", signal).then((it) => it.items),
});

export function useAddInstitution() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (names: { name_ko: string; name_en: string }) =>
      hub.send<Institution>("POST", "/institutions", names),
    onSuccess: () => client.invalidateQueries({ queryKey: institutionsQuery.queryKey }),
  });
}

export function useInvite() {
  return useMutation({
    mutationFn: (invitation: { institution_id: string; site_name: string }) =>
      hub.send<JoinCode>("POST", "/join-codes", invitation),
  });
}
