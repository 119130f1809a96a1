import { useEffect } from "react";
import type { Tone } from "@/components/StatusMark";

const COLOURS: Record<Tone, string> = {
  good: "#0f9d92",
  busy: "#2f7ebc",
  wait: "#7b8a88",
  warn: "#b86e00",
  bad: "#c0334a",
  off: "#7b8a88",
};

function ring(colour: string, share: number): string {
  const around = 2 * Math.PI * 11;
  const dash = `${(around * share).toFixed(1)} ${around.toFixed(1)}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">` +
    `<circle cx="16" cy="16" r="11" fill="none" stroke="${colour}" stroke-opacity=".3" stroke-width="5"/>` +
    `<circle cx="16" cy="16" r="11" fill="none" stroke="${colour}" stroke-width="5" ` +
    `stroke-dasharray="${dash}" transform="rotate(-90 16 16)"/>` +
    `<circle cx="16" cy="16" r="4" fill="${colour}"/></svg>`
  );
}

/** Title and icon of the browser tab say how a run stands, also when the tab is in the background. */
export function usePageMark(title: string, tone: Tone, share: number): void {
  useEffect(() => {
    document.title = title;
    const link = document.querySelector<HTMLLinkElement>("link[rel='icon']");
    if (link) link.href = `data:image/svg+xml,${encodeURIComponent(ring(COLOURS[tone], share))}`;
    return () => {
      document.title = "FDD";
      if (link) link.href = "/favicon.svg";
    };
  }, [title, tone, share]);
}
