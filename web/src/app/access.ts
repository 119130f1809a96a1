import { createContext, useContext } from "react";
import type { Me } from "@/api/hub";

const MeContext = createContext<Me | null>(null);
export const MeProvider = MeContext.Provider;

/** Who is signed in; only below the hub's layout, which renders nothing else without it. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("used outside the signed-in part of the page");
  return me;
}

export function useIsAdministrator(): boolean {
  return useMe().account.role === "administrator";
}
