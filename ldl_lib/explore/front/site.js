// Figures on the site: found when the page has loaded, drawn when they come near.

const here = document.currentScript.src.replace(/[^/]*$/, "");
const payloads = new Map();
const figures = new Map();

const once = new Map();
const loadOnce = (url) => {
  if (!once.has(url)) once.set(url, ldl.loadScript(url));
  return once.get(url);
};

const readPayload = async (host) => {
  const id = host.dataset.ldlFigure;
  const inline = host.querySelector("script.ldl-payload");
  if (inline) return JSON.parse(inline.textContent);
  if (!payloads.has(id)) await loadOnce(new URL(host.dataset.ldlSrc, document.baseURI).href);
  if (!payloads.has(id)) throw new Error("its data file holds another figure");
  return payloads.get(id);
};

const FOLDERS = { compute: "compute", widget: "widgets" };

const backend = {
  shared: true,
  plotly: (bundle) => ldl.loadPlotly(bundle, async () => {
    const before = window.Plotly;
    await ldl.loadScript(`${here}plotly-${bundle}.min.js`);
    const loaded = window.Plotly;
    window.Plotly = before;
    return loaded;
  }),
  part: (kind, name) => loadOnce(`${here}${FOLDERS[kind]}/${name}.js`),
  source: (panel, controls) => ldl.pageSource(panel, controls, backend.part),
};

// What the rest of the page, and tests, see of a figure before and after it is drawn.
class Handle {
  constructor(host) {
    this.el = host;
    this.id = host.dataset.ldlFigure;
    this.question = host.querySelector(".ldl-question")?.textContent ?? "";
    host.dataset.ldlState = "waiting";
  }

  // Draws the figure, if it is not drawn yet; resolves when it is ready.
  load() {
    this.ready ??= this.start();
    return this.ready;
  }

  async start() {
    let spec;
    try {
      spec = await readPayload(this.el);
    } catch (error) {
      ldl.Figure.prototype.fail.call(this, error);
      throw error;
    }
    this.figure = new ldl.Figure(this.el, spec, backend);
    await this.figure.start();
    await this.follow();
    return this.figure;
  }

  // Takes over the state that the page's address carries, if it is this figure's.
  async follow() {
    const [anchor, query] = location.hash.slice(1).split("?");
    if (anchor !== `ldl-${this.id}` || !query) return;
    let box = this.el;
    while ((box = box.parentElement.closest("details"))) box.open = true;
    this.el.scrollIntoView({ block: "center" });
    await this.figure.set(ldl.readValues(this.figure.spec.controls, query));
  }

  get values() { return this.figure?.values; }
  get sentence() { return this.figure?.sentence; }
  set(values) { return this.load().then((figure) => figure.set(values)); }
  read(path, panel) { return this.figure.read(path, panel); }
}

const NEAR = "500px";

const start = () => {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      figures.get(target.dataset.ldlFigure).load().catch(() => {});
    }
  }, { rootMargin: NEAR });
  for (const host of document.querySelectorAll(".ldl-figure[data-ldl-figure]")) {
    const handle = new Handle(host);
    figures.set(handle.id, handle);
    near.observe(host);
  }
  const followAddress = () => {
    const id = location.hash.slice(1).split("?")[0].replace(/^ldl-/, "");
    const handle = figures.get(id);
    if (handle) handle.load().then(() => handle.follow()).catch(() => {});
  };
  window.addEventListener("hashchange", followAddress);
  followAddress();
};

window.ldl = Object.assign(window.ldl ?? {}, {
  figures,
  payload: (id, spec) => payloads.set(id, spec),
  register: ldl.register,
  registered: ldl.registered,
  unpack: ldl.unpack,
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
