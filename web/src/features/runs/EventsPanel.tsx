import { useTranslation } from "react-i18next";
import type { RunDetail, RunEvent } from "@/api/hub";
import { Panel } from "@/components/Panel";
import { Message } from "@/components/States";
import { type Tone, StatusMark } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import classes from "./EventsPanel.module.css";

const TONES: Record<RunEvent["severity"], Tone | null> = {
  info: null,
  warning: "warn",
  error: "bad",
};

/** What happened, newest first. Sites are named by their institution. */
export function EventsPanel({ run, events }: { run: RunDetail; events: RunEvent[] }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const names = new Map(run.sites.map((site) => [site.site_id, codes.name(site.institution)]));

  const text = (event: RunEvent) => {
    const params = { ...event.params };
    for (const [key, value] of Object.entries(params)) {
      if (key === "reason" && typeof value === "string") params[key] = codes.reason(value);
      else if (key === "bytes" && typeof value === "number") params[key] = format.bytes(value);
      else if (typeof value === "number") params[key] = format.number(value, Number.isInteger(value) ? 0 : 3);
      else if (typeof value === "string") params[key] = names.get(value) ?? value;
    }
    return codes.event(event.code, params);
  };

  return (
    <Panel title={t("run.events")} note={events.length > 0 ? format.number(events.length) : undefined} flush>
      {events.length === 0 ? (
        <Message title={t("run.eventsEmpty")} />
      ) : (
        <ol className={classes.list} tabIndex={0} aria-label={t("run.events")}>
          {[...events].reverse().map((event) => {
            const tone = TONES[event.severity];
            return (
              <li key={event.id} className={classes.event}>
                <time dateTime={event.time}>{format.timeOfDay(event.time)}</time>
                {tone ? (
                  <StatusMark tone={tone} word={text(event)} />
                ) : (
                  <span>{text(event)}</span>
                )}
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}
