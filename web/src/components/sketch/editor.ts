import { CanvasEditor, Molecule } from "openchemlib";
import { smilesOf } from "./smiles";

export interface Editor {
  /**
   * The drawing as SMILES: empty for an empty one, `null` where it cannot be told exactly; to the
   * letter what was opened, while it is the same structure.
   */
  smiles(): string | null;
  clear(): void;
  /** Whether a dialog of the editor itself is open. */
  asks(): boolean;
  close(): void;
}

export interface Opened {
  editor: Editor;
  /** Whether the structure that was to be edited could be read; else the drawing is empty. */
  readable: boolean;
  /** Whether a ring has a double bond with a geometry, which a drawing may not be able to show. */
  bentRing: boolean;
}

/** A structure editor in `place`; `onChange` is told when a person has drawn something. */
export function openEditor(place: HTMLElement, smiles: string, onChange: () => void): Opened {
  const drawn = parsed(smiles);
  const before = drawn && smilesOf(drawn);
  const canvas = new CanvasEditor(place);
  if (drawn) canvas.setMolecule(drawn);
  canvas.setOnChangeListener((event) => {
    if (event.type === "molecule") onChange();
  });
  return {
    editor: {
      smiles: () => {
        const now = smilesOf(canvas.getMolecule());
        return drawn && now === before ? smiles : now;
      },
      clear: () => canvas.clearAll(),
      asks: () => place.firstElementChild?.shadowRoot?.querySelector("dialog[open]") != null,
      close: () => canvas.destroy(),
    },
    readable: drawn !== null,
    bentRing: drawn !== null && hasBentRing(drawn),
  };
}

function parsed(smiles: string): Molecule | null {
  try {
    return Molecule.fromSmiles(smiles);
  } catch {
    return null;
  }
}

function hasBentRing(molecule: Molecule): boolean {
  molecule.ensureHelperArrays(Molecule.cHelperCIP);
  const bonds = Array.from({ length: molecule.getAllBonds() }, (_, bond) => bond);
  return bonds.some((bond) => molecule.isRingBond(bond) && molecule.getBondParity(bond) > 0);
}
