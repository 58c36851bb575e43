import type { components, paths } from "./schema";

// Short names for the wire types that FastAPI describes.
type Schemas = components["schemas"];

export type AgreementOut = Schemas["AgreementOut"];
export type AnnotationImportOut = Schemas["AnnotationImportOut"];
export type AnnotationImportPage = Schemas["AnnotationImportPage"];
export type AnnotatorFigures = Schemas["AnnotatorFigures"];
export type ApiTokenMade = Schemas["ApiTokenMade"];
export type ApiTokenOut = Schemas["ApiTokenOut"];
export type BatchChange = Schemas["BatchChange"];
export type BatchIn = Schemas["BatchIn"];
export type BatchOut = Schemas["BatchOut"];
export type BrowserOut = Schemas["BrowserOut"];
export type Choice = Schemas["Choice"];
export type DashboardFilters = Pick<
  NonNullable<paths["/api/dashboard"]["get"]["parameters"]["query"]>,
  "from" | "to" | "batch" | "stage" | "author" | "model"
>;
export type DashboardOut = Schemas["DashboardOut"];
export type DayFigures = Schemas["DayFigures"];
export type EmbeddingOut = Schemas["EmbeddingOut"];
export type EmbeddingState = Schemas["EmbeddingState"];
export type ExportFilters = Required<Schemas["ExportFilters"]>;
export type ExportFormat = Schemas["ExportFormat"];
export type ExportIn = Schemas["ExportIn"];
export type ExportOut = Schemas["ExportOut"];
export type ExportPage = Schemas["ExportPage"];
export type ExportPreview = Schemas["ExportPreview"];
export type ExportSplit = Schemas["ExportSplit"];
export type FileVerdict = Schemas["FileVerdict"];
export type ImageCounts = Schemas["ImageCounts"];
export type Health = Schemas["Health"];
export type ImageDetail = Schemas["ImageDetail"];
export type ImageOut = Schemas["ImageOut"];
export type ImagePage = Schemas["ImagePage"];
export type ImagesChange = Schemas["ImagesChange"];
export type ImagesDecision = Schemas["ImagesDecision"];
export type ImagesResult = Schemas["ImagesResult"];
export type ImportedAs = Schemas["ImportedAs"];
export type ImportProblem = Schemas["ImportProblem"];
export type ImportReport = Schemas["ImportReport"];
export type ImportTarget = Schemas["ImportTarget"];
export type InvitationLook = Schemas["InvitationLook"];
export type InvitationMade = Schemas["InvitationMade"];
export type InvitationOut = Schemas["InvitationOut"];
export type JobKind = Schemas["JobKind"];
export type JobOut = Schemas["JobOut"];
export type JobPage = Schemas["JobPage"];
export type JobsOverview = Schemas["JobsOverview"];
export type KindOut = Schemas["KindOut"];
export type Label = Schemas["Label"];
export type LeaseOut = Schemas["LeaseOut"];
export type LinkOut = Schemas["LinkOut"];
export type MachinesOut = Schemas["MachinesOut"];
export type MaskFilters = Pick<
  NonNullable<paths["/api/images"]["get"]["parameters"]["query"]>,
  "label" | "source"
>;
export type MaskIn = Schemas["MaskIn"];
export type MaskOut = Schemas["MaskOut"];
export type MaskPrompts = Schemas["Prompts"];
export type MaskSource = Schemas["MaskSource"];
export type MaskState = Schemas["MaskState"];
export type MemberOut = Schemas["MemberOut"];
export type ModelFigures = Schemas["ModelFigures"];
export type ModelOut = Schemas["ModelOut"];
export type Neighbours = Schemas["Neighbours"];
export type Outlook = Schemas["Outlook"];
export type OverlapRule = Schemas["OverlapRule"];
export type PersonOut = Schemas["PersonOut"];
export type ProjectChange = Schemas["ProjectChange"];
export type ProjectOfUser = Schemas["ProjectOfUser"];
export type ProjectOut = Schemas["ProjectOut"];
export type ProjectSummary = Schemas["ProjectSummary"];
export type PromotionFigures = Schemas["PromotionFigures"];
export type PromotionOut = Schemas["PromotionOut"];
export type EstimateOut = Schemas["EstimateOut"];
export type QualityOut = Schemas["QualityOut"];
export type QualityReport = Schemas["Quality"];
export type QueueOut = Schemas["QueueOut"];
export type PublicModelOut = Schemas["PublicModelOut"];
export type PublicModels = Schemas["PublicModels"];
export type ReEmbedding = Schemas["ReEmbedding"];
export type RegisteredModel = Schemas["RegisteredModel"];
export type ReviewCounts = Schemas["ReviewCounts"];
export type Role = Schemas["Role"];
export type RuleIn = Schemas["RuleIn"];
/** The server always sends all of it. */
export type RuleOut = Required<Schemas["RuleOut"]>;
export type RunMetrics = Schemas["RunMetrics"];
export type RunState = Schemas["RunState"];
export type SessionOut = Schemas["SessionOut"];
export type Split = Schemas["Split"];
export type SplitGroup = Schemas["SplitGroup"];
export type Stage = Schemas["Stage"];
export type StageFigures = Schemas["StageFigures"];
export type StageOut = Schemas["StageOut"];
export type StagePreview = Schemas["StagePreview"];
export type Summary = Schemas["Summary"];
export type TrainingPointOut = Schemas["TrainingPointOut"];
export type TrainingRunOut = Schemas["TrainingRunOut"];
export type Trigger = Schemas["Trigger"];
export type UserChange = Schemas["UserChange"];
export type UserOut = Schemas["UserOut"];
export type WorkerOut = Schemas["WorkerOut"];
export type WorkOut = Schemas["WorkOut"];
export type WorkState = Schemas["WorkState"];
