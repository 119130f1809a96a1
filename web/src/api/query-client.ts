import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./http";

/**
 * Refusals are final; only silence is worth another try. A refusal for want of a session asks again
 * who is signed in (every `me` query), so that an expired session leads to the sign-in at once.
 */
export function createQueryClient(): QueryClient {
  const cache = new QueryCache({
    onError: (error, query) => {
      if (error instanceof ApiProblem && error.status === 401 && query.queryKey.at(-1) !== "me") {
        void client.invalidateQueries({ predicate: (other) => other.queryKey.at(-1) === "me" });
      }
    },
  });
  const client = new QueryClient({
    queryCache: cache,
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => !(error instanceof ApiProblem) && failures < 2,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
