import { queryOptions } from "@tanstack/react-query";
import { body, client } from "./client";
import type { ProjectChange, ProjectOut } from "./types";

/** Labels, rules and guidelines that all images share. */
export const projectQuery = queryOptions({
  queryKey: ["project"],
  queryFn: () => body<ProjectOut>(client.GET("/api/project")),
});

/** What is left out stays as it is. */
export function changeProject(change: ProjectChange) {
  return body<ProjectOut>(client.PATCH("/api/project", { body: change }));
}
