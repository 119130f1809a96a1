import { type RefObject, useCallback, useRef, useState } from "react";
import type { Editor } from "./editor";

type State = "loading" | "ready" | "unreadable" | "bentRing" | "failed";

interface Used {
  /** Of the element that becomes the editor. */
  place: (element: HTMLElement | null) => (() => void) | undefined;
  editor: RefObject<Editor | null>;
  state: State;
  /** The drawing as SMILES, as it was asked for until a stroke is drawn. */
  drawn: string;
}

/** An editor that is fetched when its element appears: most visitors never draw. */
export function useEditor(smiles: string): Used {
  const editor = useRef<Editor | null>(null);
  const [state, setState] = useState<State>("loading");
  const [drawn, setDrawn] = useState(smiles);
  const place = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      let gone = false;
      import("./editor").then(
        ({ openEditor }) => {
          if (gone) return;
          const opened = openEditor(element, smiles, () =>
            setDrawn(opened.editor.smiles() ?? ""),
          );
          editor.current = opened.editor;
          setState(!opened.readable ? "unreadable" : opened.bentRing ? "bentRing" : "ready");
        },
        () => setState("failed"),
      );
      return () => {
        gone = true;
        editor.current?.close();
        editor.current = null;
      };
    },
    [smiles],
  );
  return { place, editor, state, drawn };
}
