import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useLiveEvents } from "../api/events";
import { ExportButton } from "../pages/exports/ExportButton";
import { DropArea } from "../pages/images/import/DropArea";
import { ImportPanel } from "../pages/images/import/ImportPanel";
import { Logo } from "../ui/Logo";
import { ColorSchemeButton } from "./ColorSchemeButton";
import { ConnectionState } from "./ConnectionState";
import { ModelBadge } from "./ModelBadge";
import classes from "./Shell.module.css";

export function Shell() {
  useLiveEvents();
  useKeptWork();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <header className={classes.header}>
        <Link to="/images" className={classes.brand}>
          <Logo />
          Maskloop
        </Link>
        <nav aria-label="Main">
          <Link to="/images" className={classes.link}>
            Images
          </Link>
        </nav>
        <div className={classes.side}>
          <ModelBadge />
          <ConnectionState />
          <ColorSchemeButton />
          <ExportButton />
        </div>
      </header>
      <main id="page" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
      <DropArea />
      <ImportPanel />
    </div>
  );
}

/** Work that waits from an earlier visit is sent from every page. */
function useKeptWork(): void {
  useEffect(() => {
    import("../annotator/outbox/session").then(({ workSession }) => workSession()).catch(noop);
  }, []);
}

// The annotator says so when the browser keeps nothing.
function noop(): void {}
