import { Button, FileButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Roster, SignedRoster } from "@/api/hub";
import { Facts } from "@/components/Facts";
import { Panel } from "@/components/Panel";
import { Failure, Message, Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { rosterQuery, useDraftRoster, usePublishRoster } from "./queries";

const TONES = { none: "off", in_force: "good", broken: "bad" } as const;

/** Who belongs to the consortium, as the members signed it; this page can pass on, never sign. */
export function RosterPanel({ mayPublish }: { mayPublish: boolean }) {
  const { t } = useTranslation();
  const roster = useQuery(rosterQuery);
  return (
    <Result query={roster}>
      {(found) => (
        <Panel
          title={t("roster.title")}
          note={t("roster.note")}
          actions={
            <>
              <StatusMark tone={TONES[found.state]} word={t(`roster.state.${found.state}`)} look="pill" />
              {mayPublish && found.state === "in_force" && <Publishing />}
            </>
          }
        >
          {found.state === "in_force" ? (
            <InForce roster={found} />
          ) : (
            <Message
              title={t(`roster.${found.state}.title`)}
              text={t(`roster.${found.state}.text`)}
              command={found.state === "none" ? "fdd-server admin roster draft DIR FILE" : "fdd-server doctor DIR"}
            />
          )}
        </Panel>
      )}
    </Result>
  );
}

function Publishing() {
  const { t } = useTranslation();
  const draft = useDraftRoster();
  const publish = usePublishRoster();
  const error = draft.error ?? publish.error;
  const read = async (files: File[]) => {
    const texts = await Promise.all(files.map((file) => file.text()));
    try {
      publish.mutate(texts.map((text) => JSON.parse(text) as SignedRoster));
    } catch {
      publish.mutate([]); // the server names what is wrong with a file that is no roster
    }
  };
  return (
    <>
      <Button variant="default" loading={draft.isPending} onClick={() => draft.mutate(undefined, { onSuccess: save })}>
        {t("roster.draft")}
      </Button>
      <FileButton onChange={(files) => void read(files)} accept="application/json" multiple>
        {(props) => (
          <Button {...props} variant="default" loading={publish.isPending}>
            {t("roster.publish")}
          </Button>
        )}
      </FileButton>
      {error && <Failure error={error} />}
    </>
  );
}

function save(document_: SignedRoster) {
  const version = (JSON.parse(document_.payload) as { version: number }).version;
  const address = URL.createObjectURL(new Blob([JSON.stringify(document_, null, 1)]));
  const link = Object.assign(document.createElement("a"), { href: address, download: `roster-${version}.json` });
  link.click();
  URL.revokeObjectURL(address);
}

function InForce({ roster }: { roster: Roster }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const name = (id: string) => {
    const member = roster.members.find((one) => one.institution === id);
    return member ? codes.name(member) : id;
  };
  return (
    <>
      <Facts
        items={[
          [t("roster.version"), format.number(roster.version)],
          [t("roster.words"), roster.fingerprint_words.join(" ")],
          [t("roster.founding"), roster.founding_words.join(" ")],
          [t("roster.threshold"), t("roster.of", { threshold: roster.threshold, members: roster.members.length })],
          ...(roster.unlisted.length > 0
            ? [[t("roster.unlisted"), roster.unlisted.join(", ")] as [string, string]]
            : []),
        ]}
      />
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t("value.institution")}</th>
              <th scope="col">{t("roster.offline")}</th>
              <th scope="col">{t("nav.sites")}</th>
            </tr>
          </thead>
          <tbody>
            {roster.members.map((member) => (
              <tr key={member.institution}>
                <td className={table.strong}>{codes.name(member)}</td>
                <td>{member.fingerprint_words.join(" ")}</td>
                <td>{member.sites.join(", ") || "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col" className={table.number}>{t("roster.version")}</th>
              <th scope="col">{t("roster.published")}</th>
              <th scope="col">{t("roster.signedBy")}</th>
            </tr>
          </thead>
          <tbody>
            {roster.history.map((version) => (
              <tr key={version.version}>
                <td className={table.number}>{version.version}</td>
                <td>{format.dateTime(version.published_at)}</td>
                <td>{version.signed_by.map(name).join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
