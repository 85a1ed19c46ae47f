// Plotly: loaded when first needed, once a page and bundle; and one plot.

const loads = (globalThis.ldlPlotly ??= {});

const loadScript = (url, integrity) => new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = url;
  if (integrity) Object.assign(script, { integrity, crossOrigin: "anonymous" });
  script.onload = () => { script.remove(); resolve(); };
  script.onerror = () => { script.remove(); reject(new Error(`could not load ${url}`)); };
  document.head.append(script);
});

// Loads a bundle with `load` unless the page has it already; a failed load may be retried.
const loadPlotly = (bundle, load) => {
  loads[bundle] ??= load().catch((error) => { delete loads[bundle]; throw error; });
  return loads[bundle];
};

const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false };

const nextPaint = () => new Promise((resolve) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => resolve();
  requestAnimationFrame(() => channel.port2.postMessage(null));
});

class Plot {
  constructor(element, figure, Plotly) {
    this.element = element;
    this.Plotly = Plotly;
    this.figure = structuredClone(figure);
    this.changed = new Set();
    this.theme = currentTheme();
    this.themed = this.inTheme();
    this.resizing = new ResizeObserver(() => this.resize());
  }

  inTheme() {
    const themed = inTheme(this.figure, this.theme);
    const { width, height, ...layout } = themed.layout; // the page decides on the size
    const template = themes.templates[this.theme];
    themed.layout = { dragmode: false, ...layout, template, autosize: true };
    return themed;
  }

  async start() {
    this.width = this.element.offsetWidth;
    await this.draw();
    this.resizing.observe(this.element);
    this.stopTheme = onTheme((theme) => {
      this.theme = theme;
      this.themed = this.inTheme();
      return this.draw();
    });
  }

  set(state) {
    for (const [path, value] of Object.entries(state)) {
      setPath(this.figure, path, value);
      setPath(this.themed, path, inTheme(value, this.theme));
    }
  }

  // The value that is drawn at `path`, in the light palette's colours.
  read(path) { return getPath(this.figure, path); }

  draw() {
    const { data, layout } = this.themed;
    return this.Plotly.react(this.element, data, { ...layout }, CONFIG);
  }

  // Calls `act` with the place {x, y} of each click within the first pair of axes.
  onClick(act) {
    this.element.classList.add("ldl-clickable");
    this.element.addEventListener("click", (event) => {
      const { xaxis, yaxis } = this.element._fullLayout;
      const box = this.element.getBoundingClientRect();
      const left = event.clientX - box.left - xaxis._offset;
      const top = event.clientY - box.top - yaxis._offset;
      if (left < 0 || left > xaxis._length || top < 0 || top > yaxis._length) return;
      act({ x: xaxis.p2c(left), y: yaxis.p2c(top) });
    });
  }

  resize() {
    if (this.element.offsetWidth && this.element.offsetWidth !== this.width) {
      this.width = this.element.offsetWidth;
      this.Plotly.Plots.resize(this.element);
    }
  }

  destroy() {
    this.resizing.disconnect();
    this.stopTheme?.();
    this.Plotly.purge(this.element);
  }
}
