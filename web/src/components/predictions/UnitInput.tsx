import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PredictedEndpoint } from "@/api/predictions";
import { useCodes } from "@/i18n/codes";
import { measureText } from "./text";

interface Props {
  endpoint: PredictedEndpoint;
  /** Endpoint to unit; an endpoint that is absent is written in its own. */
  written: Record<string, string>;
  onWritten: (written: Record<string, string>) => void;
}

/** How the numbers of an endpoint shall be written; a yes or no has no unit. */
export function UnitInput({ endpoint, written, onWritten }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  if (endpoint.binary) return null;
  return (
    <TextInput
      size="xs"
      w={140}
      aria-label={t("predictions.unitOf", { endpoint: codes.name(endpoint) })}
      placeholder={measureText(endpoint) || t("predictions.unit")}
      value={written[endpoint.endpoint] ?? ""}
      onChange={(event) =>
        onWritten({ ...written, [endpoint.endpoint]: event.currentTarget.value })
      }
    />
  );
}
