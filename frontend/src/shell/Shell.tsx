import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useLiveEvents } from "../api/events";
import { mayAdminister, mayManage } from "../api/roles";
import { useSession } from "../api/session";
import { UserMenu } from "../pages/account/UserMenu";
import { ExportButton } from "../pages/exports/ExportButton";
import { DropArea } from "../pages/images/import/DropArea";
import { ImportPanel } from "../pages/images/import/ImportPanel";
import { Logo } from "../ui/Logo";
import { ColorSchemeButton } from "./ColorSchemeButton";
import { ConnectionState } from "./ConnectionState";
import { ModelBadge } from "./ModelBadge";
import { ProjectSwitch } from "./ProjectSwitch";
import classes from "./Shell.module.css";

export function Shell() {
  useLiveEvents();
  const { user, role, auth } = useSession();
  useKeptWork(user.id);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <header className={classes.header}>
        <div className={classes.place}>
          <Link to="/images" className={classes.brand}>
            <Logo />
            Maskloop
          </Link>
          <ProjectSwitch />
        </div>
        <nav aria-label="Main">
          <Link to="/images" className={classes.link}>
            Images
          </Link>
          {mayManage(role) && (
            <Link to="/overview" className={classes.link}>
              Overview
            </Link>
          )}
          {mayManage(role) && (
            <Link to="/dashboard" className={classes.link}>
              Dashboard
            </Link>
          )}
          {mayManage(role) && (
            <Link to="/exports" className={classes.link}>
              Exports
            </Link>
          )}
          {mayManage(role) && (
            <Link to="/models" className={classes.link}>
              Models
            </Link>
          )}
          {auth && mayAdminister(role) && (
            <Link to="/people" className={classes.link}>
              People
            </Link>
          )}
        </nav>
        <div className={classes.side}>
          <ModelBadge />
          <ConnectionState />
          <ColorSchemeButton />
          {mayManage(role) && <ExportButton />}
          <UserMenu />
        </div>
      </header>
      <main id="page" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
      {mayManage(role) && <DropArea />}
      <ImportPanel />
    </div>
  );
}

/** Work that waits from an earlier visit is sent from every page. */
function useKeptWork(userId: string): void {
  useEffect(() => {
    import("../annotator/outbox/session").then(({ workSession }) => workSession(userId)).catch(noop);
  }, [userId]);
}

// The annotator says so when the browser keeps nothing.
function noop(): void {}
