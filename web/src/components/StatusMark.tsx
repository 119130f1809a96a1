import classes from "./StatusMark.module.css";

export type Tone = "good" | "busy" | "wait" | "warn" | "bad" | "off";

/** One shape per tone, so that the state is readable without colour. */
function Shape({ tone }: { tone: Tone }) {
  switch (tone) {
    case "good":
      return (
        <>
          <circle cx="7" cy="7" r="6" fill="currentColor" />
          <path d="M4.2 7.2 6.2 9.2 9.9 5.2" className={classes.cut} />
        </>
      );
    case "busy":
      return (
        <g className={classes.turning}>
          <circle cx="7" cy="7" r="5.2" className={classes.faint} />
          <path d="M7 1.8a5.2 5.2 0 0 1 5.2 5.2" className={classes.stroke} />
        </g>
      );
    case "wait":
      return <circle cx="7" cy="7" r="5.2" className={classes.stroke} strokeDasharray="2.2 1.9" />;
    case "warn":
      return (
        <>
          <path d="M7 1.4 13.2 12.4H.8Z" fill="currentColor" />
          <path d="M7 5.4v3.1M7 10.4v.1" className={classes.cut} />
        </>
      );
    case "bad":
      return (
        <>
          <rect x="1" y="1" width="12" height="12" rx="2.5" fill="currentColor" />
          <path d="m4.7 4.7 4.6 4.6m0-4.6L4.7 9.3" className={classes.cut} />
        </>
      );
    case "off":
      return (
        <>
          <circle cx="7" cy="7" r="5.2" className={classes.stroke} />
          <path d="M4.4 7h5.2" className={classes.stroke} />
        </>
      );
  }
}

interface Props {
  tone: Tone;
  word: string;
  /** `pill`: on a soft background, for the state that a card or header is about. */
  look?: "plain" | "pill";
}

export function StatusMark({ tone, word, look = "plain" }: Props) {
  return (
    <span className={classes.mark} data-tone={tone} data-look={look}>
      <svg viewBox="0 0 14 14" width="12" height="12" aria-hidden="true">
        <Shape tone={tone} />
      </svg>
      <span className={classes.word}>{word}</span>
    </span>
  );
}
