// What hand-written widgets share: elements, attributes, buttons, numbers as words.
// A widget looks it up inside its own functions: `ldl.registered("core", "kit")`.
(() => {
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const ATTRIBUTES = /^(aria-|data-|role$|style$|for$)/;

  // An HTML element. Most names are properties (className, textContent); role, style, for
  // and all aria- and data- names are attributes.
  const html = (name, properties = {}, children = []) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (ATTRIBUTES.test(key)) element.setAttribute(key, value);
      else element[key] = value;
    }
    element.append(...children);
    return element;
  };

  const svg = (name, attributes = {}, children = []) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    element.append(...children);
    return set(element, attributes);
  };

  const button = (text, act, properties = {}) => {
    const element = html("button", { type: "button", textContent: text, ...properties });
    element.addEventListener("click", act);
    return element;
  };

  // Writing the same text again would cost a layout.
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
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

  // A number with a true minus sign, and never as -0.
  const fixed = (value, digits = 2) => {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
  };

  const plural = (count, noun) =>
    `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  ldl.register("core", "kit", { set, html, svg, button, write, fit, fixed, plural });
})();
