// Light and dark: which one the page has, and figures' colours in it.

let themes = { templates: { light: {}, dark: {} }, dark: {} };
ldl.setThemes = (given) => { themes = given; };

const currentTheme = () => {
  const page = document.documentElement.dataset.theme;
  if (page === "dark" || page === "light") return page;
  const lab = document.body.dataset.jpThemeLight;
  if (lab) return lab === "true" ? "light" : "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

const themeListeners = new Set();
let watching = false;
let lastTheme = null;

// Calls `listener(theme)` whenever the page changes; returns a function that stops it.
const onTheme = (listener) => {
  themeListeners.add(listener);
  if (!watching) {
    watching = true;
    lastTheme = currentTheme();
    const changed = () => {
      if (currentTheme() === lastTheme) return;
      lastTheme = currentTheme();
      themeListeners.forEach((each) => each(lastTheme));
    };
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  }
  return () => themeListeners.delete(listener);
};

const HEX = /#[0-9a-f]{6}\b/gi;
const darken = (text) => text.replace(HEX, (hex) => themes.dark[hex.toLowerCase()] ?? hex);

// A copy of `value` with the palette's light colours swapped for their dark twins.
// Arrays of numbers are kept as they are: Plotly compares them by identity.
const inTheme = (value, theme) => {
  if (typeof value === "string") return theme === "dark" ? darken(value) : value;
  if (Array.isArray(value)) {
    // Stops of a colour scale, [0.5, "#1f2933"], begin with a number too.
    const numbers = typeof value[0] === "number" && typeof value.at(-1) === "number";
    return numbers ? value : value.map((item) => inTheme(item, theme));
  }
  if (value && typeof value === "object" && !ArrayBuffer.isView(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, inTheme(item, theme)]));
  }
  return value;
};
