import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import { NotForYou } from "../../ui/NotForYou";
import { Page } from "../../ui/Page";
import { AnnotationImports } from "./AnnotationImports";
import { ExportForm } from "./ExportForm";
import { ExportList } from "./ExportList";

/** Masks out of here and into here; for managers. */
export function ExportsPage() {
  const { role } = useSession();
  if (!mayManage(role))
    return <NotForYou title="This page is for managers">Ask one of them if you need the masks.</NotForYou>;
  return (
    <Page title="Exports">
      <ExportForm />
      <ExportList />
      <AnnotationImports />
    </Page>
  );
}
