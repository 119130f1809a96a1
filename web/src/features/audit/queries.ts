import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { hub } from "@/api/http";
import type { AuditEvent } from "@/api/hub";

export interface AuditPage {
  items: AuditEvent[];
  chain_ok: boolean;
}

const PAGE_SIZE = 200;

const page = (after: number, signal: AbortSignal) =>
  hub.get<AuditPage>(`/audit?after=${after}&limit=${PAGE_SIZE}`, signal);

export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit", "pages"],
  queryFn: ({ pageParam, signal }) => page(pageParam, signal),
  initialPageParam: 0,
  getNextPageParam: (last) =>
    last.items.length < PAGE_SIZE ? undefined : last.items.at(-1)?.id,
});

/** The newest event, for the home page. */
export const lastAuditQuery = queryOptions({
  queryKey: ["audit", "last"],
  queryFn: async ({ signal }) => {
    let last: AuditEvent | null = null;
    let chainOk = true;
    for (;;) {
      const { items, chain_ok } = await page(last?.id ?? 0, signal);
      chainOk &&= chain_ok;
      last = items.at(-1) ?? last;
      if (items.length < PAGE_SIZE) return { event: last, chainOk };
    }
  },
  refetchInterval: 15_000,
});
