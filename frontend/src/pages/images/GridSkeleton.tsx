import { Skeleton } from "@mantine/core";
import classes from "./ImagesPage.module.css";

const CARDS = Array.from({ length: 10 }, (_, index) => `card ${index}`);

export function GridSkeleton() {
  return (
    <div className={classes.skeleton} role="status" aria-label="Loading the images">
      {CARDS.map((card) => (
        <Skeleton key={card} h={244} radius="md" />
      ))}
    </div>
  );
}
