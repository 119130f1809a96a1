import { queryOptions } from "@tanstack/react-query";
import { hub } from "@/api/http";
import type { ShownCard } from "@/api/hub";

export const dataCardsQuery = queryOptions({
  queryKey: ["data-cards"],
  queryFn: ({ signal }) =>
    hub.get<{ items: ShownCard[] }>("/data-cards", signal).then((it) => it.items),
  refetchInterval: 15_000,
});
