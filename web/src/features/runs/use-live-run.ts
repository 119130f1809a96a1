import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Series } from "@/api/hub";
import { openStream, type StreamMessage, type StreamState } from "@/live/stream";
import { isSeriesPoint, type SeriesPoint, withPoint } from "./series";

/** Messages within this time cause one refresh: a round's end sends a burst of them. */
const GATHER_MS = 150;

const PARTS_BY_KIND: Record<string, string[]> = {
  run: ["detail", "rounds"],
  site: ["detail"],
  series: ["series"],
  report: ["report"],
  event: ["events"],
};

/** Keep everything that is shown about a run as new as the server has it. */
export function useLiveRun(runId: string): StreamState {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>("connecting");

  useEffect(() => {
    const stale = new Set<string>();
    let timer: number | undefined;

    const refresh = () => {
      timer = undefined;
      for (const part of stale) void client.invalidateQueries({ queryKey: ["runs", runId, part] });
      stale.clear();
    };
    const mark = (parts: string[]) => {
      for (const part of parts) stale.add(part);
      timer ??= window.setTimeout(refresh, GATHER_MS);
    };
    const onMessage = ({ kind, data }: StreamMessage) => {
      if (kind === "series" && isSeriesPoint(data)) {
        const known = client.getQueryData<Series[]>(["runs", runId, "series"]);
        const next = known && withPoint(known, data as unknown as SeriesPoint);
        if (next) {
          client.setQueryData(["runs", runId, "series"], next);
          return;
        }
      }
      mark(PARTS_BY_KIND[kind] ?? []);
    };

    const close = openStream(`/api/v1/stream?run=${encodeURIComponent(runId)}`, {
      onState: setState,
      onMessage,
      onResume: () => void client.invalidateQueries({ queryKey: ["runs", runId] }),
    });
    return () => {
      window.clearTimeout(timer);
      close();
    };
  }, [client, runId]);

  return state;
}
