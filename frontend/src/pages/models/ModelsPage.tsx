import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import { NotForYou } from "../../ui/NotForYou";
import { Page } from "../../ui/Page";
import overview from "../overview/overview.module.css";
import { ModelInUse } from "./ModelInUse";
import { ModelTable } from "./ModelTable";
import { Promotions } from "./Promotions";
import { PublicModels } from "./PublicModels";
import { Rules } from "./Rules";
import { Runs } from "./Runs";

/** Which model the project works with, and how the next one comes about; managers look, admins decide. */
export function ModelsPage() {
  const { role } = useSession();
  if (!mayManage(role))
    return <NotForYou title="This page is for managers">Ask one of them about the model.</NotForYou>;
  return (
    <Page title="Models" isWide>
      <ModelInUse />
      <PublicModels />
      <div className={overview.rooms}>
        <Runs />
        <Rules />
      </div>
      <ModelTable />
      <Promotions />
    </Page>
  );
}
