/** Draws the newest of what comes, once a frame: what makes it works on while the frame is waited for. */
export function everyFrame<Shown>(draw: (shown: Shown) => void): (shown: Shown) => void {
  let newest: Shown | undefined;
  return (shown) => {
    if (newest === undefined)
      requestAnimationFrame(() => {
        const drawn = newest!;
        newest = undefined;
        draw(drawn);
      });
    newest = shown;
  };
}
