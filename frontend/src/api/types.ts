import type { components } from "./schema";

// Short names for the wire types that FastAPI describes.
type Schemas = components["schemas"];

export type ApiTokenMade = Schemas["ApiTokenMade"];
export type ApiTokenOut = Schemas["ApiTokenOut"];
export type EmbeddingOut = Schemas["EmbeddingOut"];
export type EmbeddingState = Schemas["EmbeddingState"];
export type ExportOut = Schemas["ExportOut"];
export type FileVerdict = Schemas["FileVerdict"];
export type ImageDetail = Schemas["ImageDetail"];
export type ImageOut = Schemas["ImageOut"];
export type ImagePage = Schemas["ImagePage"];
export type ImportReport = Schemas["ImportReport"];
export type InvitationLook = Schemas["InvitationLook"];
export type InvitationMade = Schemas["InvitationMade"];
export type InvitationOut = Schemas["InvitationOut"];
export type Label = Schemas["Label"];
export type LeaseOut = Schemas["LeaseOut"];
export type LinkOut = Schemas["LinkOut"];
export type MaskIn = Schemas["MaskIn"];
export type MaskOut = Schemas["MaskOut"];
export type MaskPrompts = Schemas["Prompts"];
export type MaskSource = Schemas["MaskSource"];
export type ModelOut = Schemas["ModelOut"];
export type Neighbours = Schemas["Neighbours"];
export type OverlapRule = Schemas["OverlapRule"];
export type ProjectChange = Schemas["ProjectChange"];
export type ProjectOut = Schemas["ProjectOut"];
export type QueueOut = Schemas["QueueOut"];
export type Role = Schemas["Role"];
export type SessionOut = Schemas["SessionOut"];
export type Summary = Schemas["Summary"];
export type UserChange = Schemas["UserChange"];
export type UserOut = Schemas["UserOut"];
export type WorkOut = Schemas["WorkOut"];
export type WorkState = Schemas["WorkState"];
