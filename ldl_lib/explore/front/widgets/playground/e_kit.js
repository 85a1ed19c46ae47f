// What the views of the playground share: elements, canvases, icons.
(() => {
  const html = (name, properties = {}, children = []) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // Gives a canvas its size on the page, sharp on every screen; returns its context,
  // which counts in the page's pixels.
  const fit = (canvas, width, height) => {
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  };

  const PATHS = {
    play: "M5 3v14l12-7z",
    pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
    step: "M4 3v14l9-7zM14 3h3v14h-3z",
    restart: "M10 3a7 7 0 1 0 7 7h-2.200a4.800 4.800 0 1 1-4.800-4.800v2.800l5-4-5-4z",
  };
  const icon = (name) =>
    `<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="${PATHS[name]}"/></svg>`;

  ldl.register("widget", "playground_kit", { html, fit, icon });
})();
