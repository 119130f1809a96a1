import type { Params } from "./hub";
import { reportReachable } from "./reachability";

interface Said {
  en: string;
  ko: string;
}

/** A refusal by the server: RFC 9457, with a stable code that the page localises. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly params: Params,
    /** What exactly happened, where the server can say it in both languages. */
    readonly said?: Said,
  ) {
    super(title);
    this.name = "ApiProblem";
  }
}

/** No answer at all: the server is down, restarting, or the network is cut. */
export class ServerUnreachable extends Error {
  constructor() {
    super("The server does not answer");
    this.name = "ServerUnreachable";
  }
}

interface ProblemBody {
  title?: string;
  code?: string;
  params?: Params;
  said?: Said | null;
}

async function problemOf(response: Response): Promise<Error> {
  // A proxy in front of a stopped server answers for it; that is "unreachable", not a refusal.
  const isProblem = response.headers.get("content-type")?.includes("json") ?? false;
  if (!isProblem && response.status >= 502 && response.status <= 504) return new ServerUnreachable();
  const body: ProblemBody = isProblem
    ? ((await response.json().catch(() => ({}))) as ProblemBody)
    : {};
  return new ApiProblem(
    response.status,
    body.code ?? `HTTP-${response.status}`,
    body.title ?? response.statusText,
    body.params ?? {},
    body.said ?? undefined,
  );
}

/** A part of an answer, or the refusal that ended it. */
function told<T>(part: T & { failed?: ProblemBody & { status?: number } }): T {
  const { failed } = part;
  if (!failed) return part;
  const { status = 500, code = "", title = "", params = {} } = failed;
  throw new ApiProblem(status, code, title, params);
}

export interface Http {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
  /** Sends a question whose answer comes in parts, one JSON object a line. */
  lines<T>(
    path: string,
    body: unknown,
    take: (part: T) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Sends a form whose answer is a file. */
  exchange(path: string, form: FormData): Promise<Blob>;
}

/** Headers and body of a request: a form, a file, or anything else as JSON. */
function asked(body: unknown): RequestInit {
  const headers: Record<string, string> = { "X-FDD-CSRF": "1" };
  if (body === undefined) return { headers };
  if (body instanceof FormData) return { headers, body };
  if (body instanceof Blob) {
    const type = body.type || "application/octet-stream";
    return { headers: { ...headers, "Content-Type": type }, body };
  }
  return {
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** Same-origin JSON client. Unsafe methods carry the custom header that cross-site forms cannot set. */
export function httpAt(root: string): Http {
  async function answerTo(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(root + path, { credentials: "same-origin", ...init });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      reportReachable(false);
      throw new ServerUnreachable();
    }
    const problem = response.ok ? null : await problemOf(response);
    reportReachable(!(problem instanceof ServerUnreachable));
    if (problem) throw problem;
    return response;
  }

  async function call<T>(path: string, init: RequestInit): Promise<T> {
    const text = await (await answerTo(path, init)).text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  return {
    get: (path, signal) => call(path, signal ? { signal } : {}),
    send: (method, path, body) => call(path, { method, ...asked(body) }),
    lines: async (path, body, take, signal) => {
      const answer = await answerTo(path, { method: "POST", ...asked(body), signal: signal ?? null });
      if (!answer.body) return;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        const parts = (rest + (value ?? "")).split("\n");
        rest = parts.pop() ?? "";
        for (const part of parts) take(told(JSON.parse(part)));
        if (done) return;
      }
    },
    exchange: async (path, form) => {
      return (await answerTo(path, { method: "POST", ...asked(form) })).blob();
    },
  };
}

export const hub = httpAt("/api/v1");
export const siteConsole = httpAt("/console/v1");
