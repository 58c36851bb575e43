import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { use, useCallback, useEffect, useMemo } from "react";
import { useStore } from "zustand";
import { access } from "../api/access";
import { ApiError } from "../api/errors";
import { pathIn } from "../api/project";
import { activeModelQuery, imageQuery, masksQuery, projectQuery } from "../api/queries";
import { useSession } from "../api/session";
import type { ImageDetail, ModelOut, ProjectOut } from "../api/types";
import type { Annotator } from "./Annotator";
import type { ActionContext } from "./actions/action";
import { selectNextProposal } from "./actions/proposals";
import { useKeys } from "./actions/useKeys";
import { useFlow } from "./flow/useFlow";
import { useLease } from "./flow/useLease";
import { usePictures } from "./flow/usePictures";
import { isProposed, type ListedMask, withChanges, withDecisions } from "./outbox/changes";
import { CanvasView } from "./panels/CanvasView";
import { DraftBar } from "./panels/DraftBar";
import { FlowDialogs } from "./panels/FlowDialogs";
import { Guidelines } from "./panels/Guidelines";
import { HelpSheet } from "./panels/HelpSheet";
import { Hint } from "./panels/Hint";
import { MaskList } from "./panels/MaskList";
import { Nudge } from "./panels/Nudge";
import classes from "./panels/panels.module.css";
import { Readiness } from "./panels/Readiness";
import { StatusLine } from "./panels/StatusLine";
import { ToolOptions } from "./panels/ToolOptions";
import { ToolRail } from "./panels/ToolRail";
import { TopBar } from "./panels/TopBar";
import { Tour } from "./panels/Tour";
import { WorkNotice } from "./panels/WorkNotice";
import { annotatorSession } from "./session";
import { TOUR } from "./state/tour";
import { useAnnotatorState } from "./useAnnotatorState";

export default function AnnotatorPage({ imageId }: { imageId: string }) {
  const { user, project_id } = useSession();
  const annotator = use(annotatorSession(user.id));
  const { data: saved } = useQuery({ ...imageQuery(imageId), throwOnError: isFinal });
  useItsProject(saved, project_id);
  const image = useDecided(annotator, saved, user.id);
  const model = useQuery({ ...activeModelQuery, throwOnError: isFinal });
  const decoderPhase = useAnnotatorState(annotator, ({ decoder }) => decoder.phase);
  const tourPlace = useAnnotatorState(
    annotator,
    ({ tourStep }) => tourStep !== null && TOUR[tourStep]?.place,
  );
  const project = useProject(annotator);
  const masks = useMasks(annotator, imageId, project);
  const [helpOpened, help] = useDisclosure();
  const openNeighbour = useOpenNeighbour(imageId);
  const neighbours = image?.neighbours ?? null;
  const toggleHelp = help.toggle;
  const { flow, dialog, guidelinesShown } = useFlow(annotator, imageId, user.id);
  const lease = useLease(annotator, imageId, saved, image, user.id);
  const context = useMemo<ActionContext>(
    () => ({
      annotator,
      image: image ?? null,
      neighbours,
      openNeighbour,
      flow,
      toggleHelp,
    }),
    [annotator, image, neighbours, openNeighbour, flow, toggleHelp],
  );
  const isAskedToSignIn = useStore(access, ({ asking }) => asking);
  useKeys(context, helpOpened || dialog !== null || isAskedToSignIn);
  // Whatever is accepted follows the project's rules, so these come first.
  useOpenImage(annotator, imageId, project && image, model.data);
  const pictures = usePictures(annotator, image);

  return (
    <div className={classes.page} data-testid="annotator" data-decoder={decoderPhase} data-tour={tourPlace}>
      <TopBar image={image} context={context} />
      <ToolRail context={context} />
      <div className={classes.middle}>
        <CanvasView annotator={annotator} pictures={pictures} image={image} />
        <ToolOptions context={context} />
        {image && (
          <div className={classes.notices}>
            <WorkNotice context={context} image={image} lease={lease} />
            <Readiness image={image} annotator={annotator} />
          </div>
        )}
        <div className={classes.bottom}>
          <DraftBar context={context} />
          <Nudge context={context} />
          <Hint annotator={annotator} />
        </div>
        <StatusLine annotator={annotator} />
        <Tour annotator={annotator} maskCount={masks.length} />
      </div>
      <MaskList context={context} masks={masks} labels={project?.labels ?? []} />
      <Guidelines opened={guidelinesShown} onClose={flow.toggleGuidelines} />
      <FlowDialogs
        flow={flow}
        dialog={dialog}
        proposalsLeft={masks.filter(isProposed).length}
        onNextProposal={() => selectNextProposal(annotator)}
      />
      <HelpSheet annotator={annotator} opened={helpOpened} onClose={help.close} />
    </div>
  );
}

/** An address from before there were several projects may lead to an image of another one, with other labels. */
function useItsProject(image: ImageDetail | undefined, here: string | null): void {
  useEffect(() => {
    if (image && image.project_id !== here)
      window.location.replace(pathIn(image.project_id, `/images/${image.id}`));
  }, [image, here]);
}

/** The image as the person left it: with what they decided about it that the server does not know yet. */
function useDecided(
  annotator: Annotator,
  saved: ImageDetail | undefined,
  userId: string,
): ImageDetail | undefined {
  const changes = useStore(annotator.outbox.changes);
  return useMemo(() => {
    if (!saved) return undefined;
    const work = withDecisions(saved.work, changes, saved.id, userId);
    return work === saved.work ? saved : { ...saved, work };
  }, [saved, changes, userId]);
}

/** Goes to the image before or behind this one, as soon as it is known which that is. */
function useOpenNeighbour(imageId: string): ActionContext["openNeighbour"] {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    (which) =>
      void cache.ensureQueryData(imageQuery(imageId)).then(({ neighbours }) => {
        const target = neighbours[which];
        if (target) void navigate({ to: "/images/$imageId", params: { imageId: target } });
      }, noop),
    [cache, navigate, imageId],
  );
}

// The page's own query shows what is wrong.
function noop(): void {}

/** A dead server is waited for, and so is whoever has to sign in again; an image that is not there is for the error page. */
function isFinal(error: Error): boolean {
  return !(error instanceof ApiError && error.isTemporary);
}

/** The project's rules and labels, which somebody may have changed meanwhile. */
function useProject(annotator: Annotator): ProjectOut | undefined {
  const { data } = useQuery({
    ...projectQuery,
    refetchOnMount: "always",
    refetchOnWindowFocus: "always",
    throwOnError: isFinal,
  });
  useEffect(() => {
    if (data) annotator.setProject(data);
  }, [annotator, data]);
  return data;
}

/** The image's masks as the person left them, in the list and on the canvas. */
function useMasks(
  annotator: Annotator,
  imageId: string,
  project: ProjectOut | undefined,
): readonly ListedMask[] {
  const { data: saved } = useQuery({ ...masksQuery(imageId), throwOnError: isFinal });
  const changes = useStore(annotator.outbox.changes);
  const openImageId = useAnnotatorState(annotator, (state) => state.image?.id);
  const masks = useMemo(() => {
    const listed = openImageId === imageId ? withChanges(saved ?? [], changes, imageId) : [];
    annotator.saved.decode(listed, project?.labels ?? []);
    annotator.saved.isComplete = saved !== undefined;
    return listed;
  }, [annotator, saved, changes, imageId, openImageId, project]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they have been decoded for it.
  useEffect(() => annotator.showSaved(), [annotator, masks]);
  return masks;
}

function useOpenImage(
  annotator: Annotator,
  imageId: string,
  image: ImageDetail | undefined,
  model: ModelOut | undefined,
): void {
  const isReady = image?.embedding.state === "ready";
  // biome-ignore lint/correctness/useExhaustiveDependencies: events renew the same image's and model's objects.
  useEffect(() => {
    if (image && model) void annotator.open(image, model);
  }, [annotator, image?.id, model?.decoder_digest]);
  useEffect(() => {
    if (image?.id) void annotator.preparation.setEmbedded(isReady ? image.id : null);
  }, [annotator, image?.id, isReady]);
  // At once, so that no click for the next image goes to this one while the next one is on its way.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when the id changes.
  useEffect(() => () => void annotator.close(), [annotator, imageId]);
}
