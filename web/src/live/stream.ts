/** A server-sent event stream that outlives its server. */

export type StreamState = "connecting" | "open" | "lost";

export interface StreamMessage {
  kind: string;
  data: Record<string, unknown>;
}

export const MESSAGE_KINDS = ["run", "site", "series", "report", "event"] as const;

interface Listener {
  onState(state: StreamState): void;
  onMessage(message: StreamMessage): void;
  /** The stream is back after a cut: what happened between must be read again. */
  onResume(): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * Open `url` and keep it open until the returned function is called.
 *
 * The browser resumes a cut stream by itself with `Last-Event-ID`, but gives up when the server
 * answers with an error (a restart behind a proxy). Then a new stream is opened after the last
 * known message, and `onResume` tells the caller to read the stored state, so that no gap can
 * remain either way. `url` has a query already.
 */
export function openStream(url: string, listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: number | undefined;
  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  let lastId = "";

  const connect = () => {
    source = new EventSource(lastId === "" ? url : `${url}&after=${encodeURIComponent(lastId)}`);
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      listener.onState("open");
      if (wasOpen) listener.onResume();
      wasOpen = true;
    };
    source.onerror = () => {
      listener.onState("lost");
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    for (const kind of MESSAGE_KINDS) {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        lastId = event.lastEventId;
        listener.onMessage({ kind, data: JSON.parse(event.data) as Record<string, unknown> });
      });
    }
  };

  listener.onState("connecting");
  connect();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
