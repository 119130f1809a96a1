import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Pinned } from "@/api/console";
import { Facts } from "@/components/Facts";
import { Panel } from "@/components/Panel";
import { Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { pinnedRosterQuery } from "../queries";

/** Whom this site works with, as it has checked and kept it: words to compare by telephone. */
export function PinnedRoster() {
  const { t } = useTranslation();
  const pinned = useQuery(pinnedRosterQuery);
  return (
    <Result query={pinned}>
      {(found) => (
        <Panel
          title={t("roster.title")}
          note={t(found.version > 0 ? "console.roster.note" : "console.roster.none")}
          actions={
            found.listed !== null && (
              <StatusMark
                tone={found.listed ? "good" : "wait"}
                word={t(found.listed ? "console.roster.listed" : "console.roster.unlisted")}
                look="pill"
              />
            )
          }
        >
          <Words pinned={found} />
          {found.version > 0 && <Members pinned={found} />}
        </Panel>
      )}
    </Result>
  );
}

function Words({ pinned }: { pinned: Pinned }) {
  const { t } = useTranslation();
  const format = useFormat();
  const own: [string, string] = [t("console.roster.key"), pinned.key_words.join(" ")];
  if (pinned.version === 0) return <Facts items={[own]} />;
  return (
    <Facts
      items={[
        own,
        [t("roster.version"), format.number(pinned.version)],
        [t("roster.words"), pinned.words.join(" ")],
        [t("roster.founding"), pinned.founding_words.join(" ")],
        [t("roster.threshold"), t("roster.of", { threshold: pinned.threshold, members: pinned.members.length })],
      ]}
    />
  );
}

function Members({ pinned }: { pinned: Pinned }) {
  const { t } = useTranslation();
  const codes = useCodes();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("value.institution")}</th>
            <th scope="col">{t("nav.sites")}</th>
          </tr>
        </thead>
        <tbody>
          {pinned.members.map((member) => (
            <tr key={member.institution}>
              <td className={table.strong}>{codes.name(member)}</td>
              <td>{member.sites.join(", ") || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
