/** The card that an arrow key leads to, or null when the key is not one of the grid's. */
export function nextCard(key: string, index: number, count: number, columns: number): number | null {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowRight":
      return Math.min(count - 1, index + 1);
    case "ArrowUp":
      return index - columns >= 0 ? index - columns : index;
    case "ArrowDown":
      return down(index, count, columns);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

function down(index: number, count: number, columns: number): number {
  if (index + columns < count) return index + columns;
  // From above a short last row, down leads to its last card instead of nowhere.
  const lastRow = Math.floor((count - 1) / columns);
  return Math.floor(index / columns) < lastRow ? count - 1 : index;
}
