import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem, hub } from "@/api/http";
import type { Me } from "@/api/hub";

/** `null`: nobody is signed in. That is an answer, not an error. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await hub.get<Me>("/me", signal);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export interface Credentials {
  email: string;
  password: string;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => hub.send<Me>("POST", "/session", credentials),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => hub.send("DELETE", "/session"),
    onSuccess: () => {
      client.setQueryData(meQuery.queryKey, null);
      // Nothing that the account could see stays behind for the next one.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== meQuery.queryKey[0] });
    },
  });
}
