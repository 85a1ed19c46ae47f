// The signs on the playground's buttons.
(() => {
  const PATHS = {
    play: "M5 3v14l12-7z",
    pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
    step: "M4 3v14l9-7zM14 3h3v14h-3z",
    restart: "M10 3a7 7 0 1 0 7 7h-2.200a4.800 4.800 0 1 1-4.800-4.800v2.800l5-4-5-4z",
  };
  const icon = (name) =>
    `<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="${PATHS[name]}"/></svg>`;

  ldl.register("core", "playground_icon", icon);
})();
