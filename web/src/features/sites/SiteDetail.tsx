import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/hub";
import { Facts } from "@/components/Facts";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { StatusMark } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { useNow } from "@/format/use-now";
import { useCodes } from "@/i18n/codes";
import { sitesQuery } from "./queries";
import { SiteActions } from "./SiteActions";
import classes from "./SiteDetail.module.css";
import { SITE_TONES } from "./tones";

export function SiteDetail({ siteId, mayControl }: { siteId: string; mayControl: boolean }) {
  const { t } = useTranslation();
  const sites = useQuery(sitesQuery);
  const above = <Link to="/sites">{t("nav.sites")}</Link>;
  return (
    <Result query={sites}>
      {(items) => {
        const site = items.find((one) => one.site_id === siteId);
        if (site) return <Detail site={site} mayControl={mayControl} />;
        return (
          <Page above={above} title={t("states.missing.title")}>
            <Message title={t("sites.missing")} />
          </Page>
        );
      }}
    </Result>
  );
}

function Detail({ site, mayControl }: { site: Site; mayControl: boolean }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const now = useNow(true, 5_000);
  const { capability } = site;
  const mbit = (value: number | null | undefined) =>
    value == null ? t("sites.notMeasured") : `${format.number(value, 0)} Mbit/s`;
  return (
    <Page
      above={<Link to="/sites">{t("nav.sites")}</Link>}
      title={codes.name(site.institution)}
      note={site.name}
      status={
        <StatusMark tone={SITE_TONES[site.state]} word={t(`sites.states.${site.state}`)} look="pill" />
      }
      actions={mayControl && <SiteActions site={site} />}
    >
      <Panel title={t("sites.fingerprint")} note={t("sites.fingerprintNote")}>
        <ol className={classes.words}>
          {site.fingerprint_words.map((word, index) => (
            <li key={index} className={classes.word}>
              <span>{index + 1}</span>
              {word}
            </li>
          ))}
        </ol>
      </Panel>
      {site.cordon_reason !== null && (
        <Panel title={t("sites.cordon.title", { name: site.name })}>
          <p>{site.cordon_reason}</p>
        </Panel>
      )}
      {site.keys.length > 1 && (
        <Panel title={t("sites.keys.title")} note={t("sites.keys.note")}>
          <Facts
            items={site.keys.map((key) => [
              key.fingerprint_words.join(" "),
              [
                key.until ? t("sites.keys.until", { time: format.dateTime(key.until) }) : t("sites.keys.stays"),
                ...(key.listed === false ? [t("sites.keys.unlisted")] : []),
              ].join(" · "),
            ])}
          />
        </Panel>
      )}
      <div className={classes.columns}>
        <Panel title={t("sites.connection")}>
          <Facts
            items={[
              [t("sites.lastSeen"), format.relative(site.last_seen, now)],
              [t("sites.joined"), format.dateTime(site.joined_at)],
              [t("sites.version"), site.client_version ?? "–"],
              [t("sites.protocol"), site.protocol_version ?? "–"],
              [t("sites.sandbox"), site.sandbox_level ? t(`sandbox.${site.sandbox_level}`) : "–"],
            ]}
          />
        </Panel>
        <Panel title={t("sites.capability")}>
          {capability ? (
            <Facts
              items={[
                [t("sites.cores"), format.number(capability.cores)],
                [t("sites.memory"), format.bytes(capability.memory_mib * 1024 * 1024)],
                [t("sites.disk"), format.bytes(capability.free_disk_mib * 1024 * 1024)],
                [t("sites.gpu"), capability.gpu || t("sites.noGpu")],
                [t("sites.upload"), mbit(capability.upload_mbit)],
                [t("sites.download"), mbit(capability.download_mbit)],
                ["Python", capability.python],
                ["RDKit", capability.rdkit],
                ["PyTorch", capability.torch],
              ]}
            />
          ) : (
            <Message title={t("sites.noCapability")} />
          )}
        </Panel>
      </div>
    </Page>
  );
}
