import { Drawer, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { isReachable, onReachabilityChange } from "@/api/reachability";
import { BrandMark } from "./Brand";
import { Icon, type IconName } from "./Icon";
import { Preferences } from "./Preferences";
import classes from "./Shell.module.css";
import { StatusMark } from "./StatusMark";

export interface NavItem {
  to: string;
  label: string;
  icon: IconName;
  count?: number;
}

interface Props {
  name: string;
  detail: string;
  nav: NavItem[];
  /** A ribbon that no page can lose, for example DEMO. */
  ribbon?: ReactNode;
  account?: ReactNode;
  children: ReactNode;
}

function Navigation({ nav }: { nav: NavItem[] }) {
  return (
    <ul className={classes.nav}>
      {nav.map((item) => (
        <li key={item.to}>
          <Link
            to={item.to}
            className={classes.item}
            activeOptions={{ exact: item.to === "/" }}
            activeProps={{ "data-active": true, "aria-current": "page" }}
          >
            <Icon name={item.icon} />
            <span className={classes.label}>{item.label}</span>
            {item.count ? <span className={classes.count}>{item.count}</span> : null}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Rail on the left, one bar on a phone; the hub and the site console share it. */
export function Shell({ name, detail, nav, ribbon, account, children }: Props) {
  const { t } = useTranslation();
  const [open, { open: show, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(close, [path, close]);
  const reachable = useSyncExternalStore(onReachabilityChange, isReachable);

  const brand = (
    <Link to="/" className={classes.brand}>
      <BrandMark />
      <span className={classes.brandText}>
        <span className={classes.name}>{name}</span>
        <span className={classes.detail}>{detail}</span>
      </span>
    </Link>
  );
  const foot = (
    <div className={classes.foot}>
      {account}
      <Preferences />
    </div>
  );

  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        {t("shell.skip")}
      </a>
      <div className={classes.bar}>
        {brand}
        <UnstyledButton className={classes.menu} onClick={show} aria-label={t("shell.menu")}>
          <Icon name="menu" size={20} />
        </UnstyledButton>
      </div>
      <Drawer opened={open} onClose={close} size={272} title={name} closeButtonProps={{ "aria-label": t("action.close") }}>
        <nav aria-label={t("shell.navigation")}>
          <Navigation nav={nav} />
        </nav>
        {foot}
      </Drawer>
      <aside className={classes.rail}>
        <div className={classes.stuck}>
          {brand}
          <nav className={classes.grow} aria-label={t("shell.navigation")}>
            <Navigation nav={nav} />
          </nav>
          {foot}
        </div>
      </aside>
      <div className={classes.content}>
        {ribbon && <header className={classes.ribbon}>{ribbon}</header>}
        {!reachable && (
          <div className={classes.lost} role="status">
            <StatusMark tone="warn" word={t("shell.lost")} />
          </div>
        )}
        <main id="main" tabIndex={-1} className={classes.main}>
          {children}
        </main>
      </div>
    </div>
  );
}
