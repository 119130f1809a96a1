import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { hub } from "@/api/http";
import type { Institution, JoinCode, Roster, SignedRoster, Site } from "@/api/hub";

export const sitesQuery = queryOptions({
  queryKey: ["sites"],
  queryFn: ({ signal }) => hub.get<{ items: Site[] }>("/sites", signal).then((it) => it.items),
  refetchInterval: 5_000,
});

export const rosterQuery = queryOptions({
  queryKey: ["roster"],
  queryFn: ({ signal }) => hub.get<Roster>("/roster", signal),
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

export function useCordon(siteId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string | null) =>
      reason === null
        ? hub.send("DELETE", `/sites/${siteId}/cordon`)
        : hub.send("PUT", `/sites/${siteId}/cordon`, { reason }),
    onSuccess: () => client.invalidateQueries({ queryKey: sitesQuery.queryKey }),
  });
}

export function useRevoke(siteId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => hub.send("POST", `/sites/${siteId}/revoke`),
    onSuccess: () => client.invalidateQueries({ queryKey: sitesQuery.queryKey }),
  });
}

export function useReplaceSite(siteId: string) {
  return useMutation({
    mutationFn: () => hub.send<JoinCode>("POST", `/sites/${siteId}/replacement`),
  });
}

export function useDraftRoster() {
  return useMutation({ mutationFn: () => hub.send<SignedRoster>("POST", "/roster/draft", {}) });
}

export function usePublishRoster() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (documents: SignedRoster[]) => hub.send<Roster>("POST", "/roster", { documents }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: rosterQuery.queryKey }),
        client.invalidateQueries({ queryKey: sitesQuery.queryKey }),
      ]),
  });
}
